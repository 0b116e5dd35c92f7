/** Who may touch Node: the kernel never; in the sandbox process its host/, main.ts and nothing else. */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";

const PACKAGES = path.resolve(import.meta.dirname, "../..");
/** All but host/ and main.ts are for the other side; network/rule.ts, for both, only takes texts apart with Node's help. */
const ALLOWED =
  /^(host\/[^/]+|channel\/channel|client\/[^/]+|main|launch|grant-descriptors|stream-files|start-image|rehearsal\/root|make-(start-image|native-code)|native-code\/(claim|compile-archives|native-folder)|cache-folder|cache-contents|code-folder|network\/rule)\.ts$/;
/** Globals that Node adds to the language and that reach the machine or the process. */
const NODE_GLOBALS =
  /(?<![.#\w])(process\.(env|exit|argv|cwd|std\w+|binding)|Buffer\.|require\(|fetch\(["'`]|setTimeout\(|setImmediate\(|globalThis\.)/;

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  );
}

/** Code without comments. */
function code(file: string): string {
  return readFileSync(file, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "");
}

function importsOf(text: string): string[] {
  const patterns = [/\bfrom\s+"([^"]+)"/g, /\bimport\s+"([^"]+)"/g, /\bimport\s*\(\s*([^)]*)\)/g];
  return patterns.flatMap((p) => [...text.matchAll(p)].map((m) => m[1] as string));
}

function isBuiltin(name: string): boolean {
  return name.startsWith("node:") || builtinModules.includes(name.split("/")[0] as string);
}

test("the kernel imports @kernelet/abi and itself, and no built-in of Node", () => {
  const root = path.join(PACKAGES, "kernel/src");
  const files = sources(root);
  expect(files.length).toBeGreaterThan(50);
  for (const file of files) {
    for (const name of importsOf(code(path.join(root, file)))) {
      if (name.startsWith(".")) {
        const target = path.resolve(root, path.dirname(file), name);
        expect(target.startsWith(`${root}/`), `${file} imports ${name}`).toBe(true);
      } else expect(name, file).toBe("@kernelet/abi");
    }
  }
});

test("the kernel uses no global of Node's", () => {
  const root = path.join(PACKAGES, "kernel/src");
  expect(sources(root).filter((file) => NODE_GLOBALS.test(code(path.join(root, file))))).toEqual(
    [],
  );
});

test("in the sandbox only the host, its process and its launcher touch Node", () => {
  const files = sources(import.meta.dirname);
  const touching = files.filter((file) =>
    importsOf(code(path.join(import.meta.dirname, file))).some(isBuiltin),
  );
  expect(touching.filter((file) => !ALLOWED.test(file))).toEqual([]);
  expect(touching.length).toBeGreaterThan(3);
});

test("the patterns above find an import when there is one", () => {
  expect(
    importsOf('import fs from "node:fs";\nexport * from "a";\nawait import("node:net");'),
  ).toEqual(["node:fs", "a", '"node:net"']);
  expect(isBuiltin("node:fs")).toBe(true);
  expect(isBuiltin("fs/promises")).toBe(true);
});
