import { expect, test } from "vitest";
import * as abi from "./index.ts";

const layouts = Object.entries(abi as Record<string, unknown>).flatMap(([name, value]) =>
  typeof value === "object" && value !== null && "size" in value
    ? [{ name, layout: value as Record<string, number> }]
    : [],
);

test("there are layouts to check", () => {
  expect(layouts.length).toBeGreaterThan(60);
});

// Names may share an offset (unions, alternative spellings), but none may lie outside.
test.each(layouts)("the fields of $name lie inside it", ({ layout }) => {
  for (const [field, offset] of Object.entries(layout)) {
    // A flexible array at the end has an offset equal to the size.
    if (field !== "size") expect(offset).toBeLessThanOrEqual(layout.size as number);
  }
});

test("the sizes a program compiled with glibc passes", () => {
  expect(abi.STAT.size).toBe(144);
  expect(abi.SIGINFO.size).toBe(128);
  expect(abi.SIGCONTEXT.size).toBe(256);
  expect(abi.FPSTATE.size).toBe(abi.FXSAVE_SIZE);
  expect(abi.EPOLL_EVENT.size).toBe(12);
  expect(abi.ELF64_EHDR.size).toBe(64);
  expect(abi.CLONE_ARGS.size).toBe(abi.CLONE_ARGS_SIZE_VER2);
});
