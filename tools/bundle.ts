/**
 * One file for the command line, one for the SDK and one for the sandbox process, which must be able to start with the right
 * to read nothing but itself.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildFacts, hashSources } from "@kernelet/sandbox";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { constants } from "../packages/kernel/src/syscalls/strace/constants.ts";

const repository = join(import.meta.dirname, "..");

const SDK = "apps/kernelet/src/index.ts";

/** packages/kernel/src/syscalls/strace/constants.ts says why. */
const constantsAsText: Plugin = {
  name: "constants-as-text",
  setup: ({ onLoad }) => {
    const text = JSON.stringify(JSON.stringify(constants()));
    onLoad({ filter: /strace\/constants\.ts$/ }, () => ({
      contents: `export const constants = () => JSON.parse(${text});`,
    }));
  },
};

const COMMON: BuildOptions = {
  absWorkingDir: repository,
  bundle: true,
  platform: "node",
  target: "node24",
  // V8 compiles white space for nothing, but people read stack traces.
  minify: false,
  plugins: [constantsAsText],
  metafile: true,
  logLevel: "warning",
};

/** Never a half-written file: a running `kernelet` may be starting from it. */
function replace(path: string, contents: string | Uint8Array): void {
  const next = `${path}.${process.pid}`;
  writeFileSync(next, contents);
  renameSync(next, path);
}

/**
 * V8 keeps a source with one character beyond Latin-1 in two bytes each: 2 MB more of the sandbox's memory, and as much of
 * its start image. esbuild writes all that is code in ASCII; what is left stands in comments.
 */
function inAscii(text: string): Uint8Array {
  return new TextEncoder().encode(text.replaceAll(/[^\0-\x7f]/g, "?"));
}

/** Of parts that run in the sandbox process alone. */
const INSIDE = /^packages\/(cpu|kernel)\/src\/(?!index\.ts)/;
/** Of the kernel: what both sides know of addresses. */
const MOST_INSIDE_BYTES = 32 * 1024;

/** What starts a sandbox is waited for, and the kernel is not what it starts with: one import may bring all of it. */
function checkLaunching(outputs: Metafile["outputs"]): void {
  const inside = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([name]) => INSIDE.test(name)),
  );
  const bytes = inside.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
  if (bytes <= MOST_INSIDE_BYTES) return;
  const [largest] = inside.sort(([, a], [, b]) => b.bytesInOutput - a.bytesInOutput);
  throw new Error(`what starts a sandbox would load ${bytes} bytes of the kernel: ${largest?.[0]}`);
}

export interface Bundled {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Sources, from the repository. */
  readonly inputs: readonly string[];
  /** Names that the SDK exports. */
  readonly exports: readonly string[];
}

/** Bundles into a folder, over what an earlier build left there. */
export async function bundleInto(dist: string): Promise<Bundled> {
  const launching = await build({
    ...COMMON,
    outdir: dist,
    entryPoints: {
      cli: "apps/kernelet/src/main.ts",
      sdk: SDK,
      "make-start-image": "packages/sandbox/src/make-start-image.ts",
      "restart-watcher": "packages/container/src/restart-main.ts",
    },
    format: "esm",
    // What a command imports when it is asked for stays out of the way of the others: Node's own modules, too.
    splitting: true,
    chunkNames: "chunk-[hash]",
    write: false,
    metafile: true,
  });
  checkLaunching(launching.metafile.outputs);
  // A start image is made of a script, not of a module.
  const script = (name: string, source: string) =>
    build({
      ...COMMON,
      outdir: dist,
      entryPoints: { [name]: source },
      format: "cjs",
      outExtension: { ".js": ".cjs" },
      write: false,
      metafile: true,
    });
  const sandbox = await script("sandbox", "packages/sandbox/src/main.ts");
  const compiler = await script("make-native-code", "packages/sandbox/src/make-native-code.ts");

  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(dist)) {
    // Of an earlier build, under another hash.
    if (name.startsWith("chunk-")) rmSync(join(dist, name));
  }
  const bundle = inAscii(sandbox.outputFiles[0]?.text ?? "");
  const files = [...launching.outputFiles, ...sandbox.outputFiles, ...compiler.outputFiles];
  for (const file of files)
    replace(file.path, file === sandbox.outputFiles[0] ? bundle : file.contents);
  const view = "apps/kernelet/src/do/profile/view";
  mkdirSync(join(dist, "view"), { recursive: true });
  for (const name of readdirSync(join(repository, view))) {
    replace(join(dist, "view", name), readFileSync(join(repository, view, name)));
  }
  const sandboxId = createHash("sha256").update(bundle);
  const facts: BuildFacts = {
    sandbox: sandboxId.digest("hex"),
    translator: hashSources(join(repository, "packages/cpu/src")),
  };
  replace(join(dist, "build.json"), JSON.stringify(facts));
  const { outputs } = launching.metafile;
  const sdk = Object.values(outputs).find(({ entryPoint }) => entryPoint === SDK);
  const inputs = {
    ...launching.metafile.inputs,
    ...sandbox.metafile.inputs,
    ...compiler.metafile.inputs,
  };
  return {
    files: files.map(({ path, contents }) => ({ name: basename(path), bytes: contents.length })),
    inputs: Object.keys(inputs),
    exports: sdk?.exports ?? [],
  };
}
