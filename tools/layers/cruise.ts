/** Runs dependency-cruiser over a tree laid out as this repository is. */

import { globSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import { RULES } from "./rules.ts";

export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

export interface LayerReport {
  readonly violations: readonly Violation[];
  /** Source files that were not read: if there is one, the absence of violations says nothing. */
  readonly unread: readonly string[];
  readonly read: number;
  readonly imports: number;
}

export async function checkLayers(baseDir: string): Promise<LayerReport> {
  const { output } = await cruise(
    ["packages", "apps"],
    {
      baseDir,
      validate: true,
      ruleSet: { forbidden: [...RULES] },
      exclude: { path: ["/dist/", "/out-types/", "/node_modules/"] },
      doNotFollow: { path: ["node_modules"] },
      // Imports of types count: they say who knows whom.
      tsPreCompilationDeps: true,
    },
    { extensions: [".ts", ".js"], exportsFields: ["exports"], conditionNames: ["import", "node"] },
  );
  if (typeof output === "string") throw new Error(output);
  const modules = output.modules.filter((module) => /^(packages|apps)\//.test(module.source));
  const read = new Set(modules.map((module) => module.source));
  const sources = globSync("{packages,apps}/*/src/**/*.ts", { cwd: baseDir });
  return {
    violations: output.summary.violations
      .filter((violation) => violation.rule.severity === "error")
      .map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    unread: sources.filter((source) => !read.has(source)),
    read: modules.length,
    imports: modules.reduce((sum, module) => sum + module.dependencies.length, 0),
  };
}
