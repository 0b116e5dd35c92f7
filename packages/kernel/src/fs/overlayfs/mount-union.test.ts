import { EINVAL } from "@kernelet/abi";
import { expect, test } from "vitest";
import { parseOverlayOptions } from "./mount-union.ts";

test("layers come in order, the uppermost first", () => {
  expect(parseOverlayOptions("lowerdir=/a:/b,upperdir=/u,workdir=/w,index=off")).toEqual({
    lowers: ["/a", "/b"],
    upper: "/u",
    work: "/w",
  });
});

test.each(["lowerdir=", "lowerdir=/a::/b", "upperdir", "nosuchoption", "index=perhaps"])(
  "%s is refused",
  (data) => {
    expect(parseOverlayOptions(data)).toBe(EINVAL);
  },
);
