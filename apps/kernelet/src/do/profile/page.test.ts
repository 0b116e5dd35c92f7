import { FrameKind, type ProfileData } from "@kernelet/sandbox";
import { expect, test } from "vitest";
import { folded } from "./folded.ts";
import { page } from "./page.ts";

const PROFILE: ProfileData = {
  ...{ version: 1, command: "a </script><b>", samples: 4, wallUs: 9, idleUs: 1, threadUs: 8 },
  otherThreadsUs: 2,
  frames: [
    { kind: FrameKind.process, name: "all", object: "" },
    { kind: FrameKind.process, name: "sh", object: "" },
    { kind: FrameKind.guest, name: "$& $' operator;", object: "/usr/lib/x.so" },
    { kind: FrameKind.kernel, name: "read", object: "" },
  ],
  tree: { frame: [0, 1, 2, 3], parent: [-1, 0, 1, 2], self: [1, 0, 3, 4] },
  ...{ tiers: [], helpers: [], blocks: [], translation: {} },
};

test("the page holds the profile, whatever names are in it, and asks for nothing else", () => {
  const html = page(PROFILE);
  const data = /<script type="application\/json" id="profile">(.*?)<\/script>/s.exec(html)?.[1];
  expect(JSON.parse(data ?? "")).toEqual(PROFILE);
  expect(html).not.toMatch(/https?:|\bsrc=|\bhref=|@import|url\(/);
  expect(html).not.toContain("/* script */");
});

test("folded lines have a path and its own time", () => {
  expect(folded(PROFILE)).toBe(
    "[other] 1\nsh;x.so`$& $' operator: 3\nsh;x.so`$& $' operator:;read 4\n",
  );
});
