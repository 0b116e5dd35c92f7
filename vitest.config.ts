import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // A bound for what hangs, not a measure: a busy machine takes many times as long as an idle one.
    testTimeout: 60_000,
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "tests/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/out-types/**"],
    reporters: ["default", "./tools/test/summary.ts"],
  },
});
