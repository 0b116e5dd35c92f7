import { expect, test } from "vitest";
import { decodeUnixAddress, encodeUnixAddress, UNNAMED, type UnixAddress } from "./unix-address.ts";

test.each<UnixAddress>([
  UNNAMED,
  { kind: "pathname", path: "/run/x" },
  { kind: "abstract", name: "a\0b" },
])("addresses come back: %o", (address) => {
  expect(decodeUnixAddress(encodeUnixAddress(address))).toEqual(address);
});
