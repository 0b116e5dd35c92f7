import { test } from "vitest";
import { fuzzSyscalls } from "../testing/fuzz-syscalls.ts";

test.each([1, 2, 3])(
  "random calls fail or succeed, and never break the kernel (seed %i)",
  { timeout: 60_000 },
  (seed) => {
    fuzzSyscalls(2000, seed);
  },
);
