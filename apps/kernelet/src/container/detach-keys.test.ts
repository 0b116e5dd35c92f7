import { expect, test } from "vitest";
import { DetachWatch, parseDetachKeys } from "./detach-keys.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  { text: "ctrl-p,ctrl-q", want: [16, 17] },
  { text: "ctrl-],a", want: [29, 97] },
  { text: "", want: [] },
])("'$text' are keys", ({ text, want }) => {
  expect([...parseDetachKeys(text)]).toEqual(want);
});

test("what is no key is refused", () => {
  expect(() => parseDetachKeys("ctrl-pp")).toThrow("ctrl-pp");
});

test.each([
  { title: "both at once", typed: ["ab\x10\x11cd"], passed: "ab", isDetached: true },
  { title: "one after the other", typed: ["\x10", "\x11"], passed: "", isDetached: true },
  { title: "another in between", typed: ["\x10", "x\x11"], passed: "\x10x\x11", isDetached: false },
  { title: "the first twice", typed: ["\x10\x10\x11"], passed: "\x10", isDetached: true },
])("$title", ({ typed, passed, isDetached }) => {
  const watch = new DetachWatch(parseDetachKeys("ctrl-p,ctrl-q"));
  let all = "";
  let last = false;
  for (const text of typed) {
    const result = watch.push(bytes(text));
    all += new TextDecoder().decode(result.bytes);
    last = result.isDetached;
  }
  expect([all, last]).toEqual([passed, isDetached]);
});
