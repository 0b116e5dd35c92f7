import { describe, expect, test } from "vitest";
import { encodeName } from "./name.ts";
import { componentsOf, pathText } from "./path-text.ts";

test.each(["", "/", "/usr/bin/env", "ä/ö", "a/\udcff", `/${"x".repeat(300)}`, "/usr/bin/enw"])(
  "the text of the bytes of %j, the first time and again",
  (path) => {
    const bytes = Uint8Array.from([1, ...encodeName(path), 0]);
    for (let i = 0; i < 2; i++) expect(pathText(bytes, 1, bytes.length - 2)).toBe(path);
  },
);

test("no path is taken for another one", () => {
  const paths = Array.from({ length: 5000 }, (_, i) => `/some/folder/${i * 7919}`);
  for (const path of [...paths, ...paths.reverse()]) {
    const bytes = encodeName(path);
    expect(pathText(bytes, 0, bytes.length)).toBe(path);
    expect(componentsOf(path)).toEqual([path.slice(13), "folder", "some"]);
  }
});

describe("components, last first", () => {
  test.each([
    ["", []],
    ["/", []],
    ["///", []],
    ["a", ["a"]],
    ["/a", ["a"]],
    ["a/", ["a"]],
    ["//a//b/./..//", ["..", ".", "b", "a"]],
  ])("of %j are %j", (path, want) => {
    expect(componentsOf(path)).toEqual(want);
    expect(componentsOf(path)).toEqual(want);
  });
});
