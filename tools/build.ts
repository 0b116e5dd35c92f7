/**
 * `npm run build`: one file for the command line and one for the sandbox process, which must be able to start
 * with the right to read nothing but itself.
 */

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const repository = join(import.meta.dirname, "..");
const dist = join(repository, "apps/kernelet/dist");

const result = await build({
  absWorkingDir: repository,
  entryPoints: { cli: "apps/kernelet/src/main.ts", sandbox: "packages/sandbox/src/main.ts" },
  outdir: dist,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  // V8 compiles white space for nothing, but people read stack traces.
  minify: false,
  metafile: true,
  write: false,
  logLevel: "warning",
});

/** Never a half-written file: a running `kernelet` may be starting from it. */
function replace(path: string, contents: string | Uint8Array): void {
  const next = `${path}.${process.pid}`;
  writeFileSync(next, contents);
  renameSync(next, path);
}

mkdirSync(dist, { recursive: true });
for (const file of result.outputFiles) {
  replace(file.path, file.contents);
  console.log(
    `${file.path.slice(repository.length + 1)} ${Math.ceil(file.contents.length / 1024)} KiB`,
  );
}
replace(join(dist, "inputs.json"), JSON.stringify(Object.keys(result.metafile.inputs)));
