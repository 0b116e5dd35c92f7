import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A bound for what hangs, not a measure: a busy machine takes many times as long as an idle one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Where nobody waits for it: a machine shared with others stands still now and then. tools/test/summary.ts tells which.
    retry: process.env.CI === undefined ? 0 : 1,
    // A worker mostly waits for a sandbox or a guest: one for each processor, where vitest would leave one idle.
    maxWorkers: availableParallelism(),
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/out-types/**"],
    reporters: ["default", "./tools/test/summary.ts"],
  },
});
