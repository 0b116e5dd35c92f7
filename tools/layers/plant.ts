/**
 * Proves that the layer check sees: one small tree per rule with a forbidden import in it, each of which
 * must be reported under that rule's name. A tool that silently reads nothing finds nothing wrong.
 */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkLayers } from "./cruise.ts";

interface Plant {
  readonly title: string;
  /** The rule that must object; none if the import is allowed. */
  readonly rule: string | undefined;
  readonly files: Readonly<Record<string, string>>;
}

const PLANTS: readonly Plant[] = [
  {
    title: "kernel imports cpu by name",
    rule: "rank:packages/kernel",
    files: { "packages/kernel/src/a.ts": 'import "@kernelet/cpu";' },
  },
  {
    title: "kernel imports cpu by path",
    rule: "rank:packages/kernel",
    files: { "packages/kernel/src/a.ts": 'import "../../cpu/src/index.ts";' },
  },
  {
    title: "cpu imports a type of kernel",
    rule: "rank:packages/cpu",
    files: { "packages/cpu/src/a.ts": 'import type { A } from "@kernelet/kernel";' },
  },
  {
    title: "abi imports sandbox dynamically",
    rule: "rank:packages/abi",
    files: { "packages/abi/src/a.ts": 'await import("@kernelet/sandbox");' },
  },
  {
    title: "kernel imports a Node built-in",
    rule: "host-free",
    files: { "packages/kernel/src/a.ts": 'import { readFileSync } from "node:fs";' },
  },
  {
    title: "cpu imports a Node built-in by its old name",
    rule: "host-free",
    files: { "packages/cpu/src/a.ts": 'import type { Stats } from "fs";' },
  },
  {
    title: "sandbox goes past kernel's index",
    rule: "through-the-index",
    files: {
      "packages/sandbox/src/a.ts": 'import "../../kernel/src/secret.ts";',
      "packages/kernel/src/secret.ts": "export {};",
    },
  },
  {
    title: "two modules need each other",
    rule: "no-cycle",
    files: {
      "packages/cpu/src/a.ts": 'import { b } from "./b.ts"; export const a = () => b;',
      "packages/cpu/src/b.ts": 'import { a } from "./a.ts"; export const b = () => a;',
    },
  },
  {
    title: "an import leads nowhere",
    rule: "resolvable",
    files: { "packages/cpu/src/a.ts": 'import "./nowhere.ts";' },
  },
  {
    title: "what is allowed: a lower part, a type cycle, Node in a test and in sandbox",
    rule: undefined,
    files: {
      "packages/sandbox/src/a.ts":
        'import "node:fs"; import "@kernelet/kernel"; import "@kernelet/cpu";',
      "packages/kernel/src/a.test.ts": 'import "node:fs"; import "@kernelet/abi";',
      "packages/cpu/src/a.ts": 'import { b } from "./b.ts"; export type A = typeof b;',
      "packages/cpu/src/b.ts": 'import type { A } from "./a.ts"; export const b: A[] = [];',
    },
  },
];

const PARTS = ["abi", "cpu", "kernel", "sandbox"];

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), `${text}\n`);
  }
}

/** A workspace as npm links it, with empty parts. */
function writeWorkspace(root: string): void {
  mkdirSync(join(root, "node_modules/@kernelet"), { recursive: true });
  mkdirSync(join(root, "apps"));
  for (const part of PARTS) {
    const manifest = { name: `@kernelet/${part}`, type: "module", exports: "./src/index.ts" };
    write(root, {
      [`packages/${part}/package.json`]: JSON.stringify(manifest),
      [`packages/${part}/src/index.ts`]: "export {};",
    });
    symlinkSync(`../../packages/${part}`, join(root, `node_modules/@kernelet/${part}`));
  }
}

/** What is wrong with the check, one line each; none if it sees all it should. */
export async function plantViolations(repository: string): Promise<string[]> {
  const complaints: string[] = [];
  const cache = join(repository, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  for (const { title, rule, files } of PLANTS) {
    const root = mkdtempSync(join(cache, "planted-"));
    try {
      writeWorkspace(root);
      write(root, files);
      const { violations, unread } = await checkLayers(root);
      const found = new Set(violations.map((violation) => violation.rule));
      const seen = rule === undefined ? found.size === 0 : found.has(rule);
      if (!seen || unread.length > 0) {
        complaints.push(
          `${title}: expected ${rule ?? "nothing"}, found ${[...found].join(", ") || "nothing"}`,
        );
      }
    } finally {
      rmSync(root, { recursive: true });
    }
  }
  return complaints;
}
