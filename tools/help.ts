/** `npm run help`: the scripts of package.json, a line each. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

const HELP: Readonly<Record<string, string>> = {
  check: "everything a change must pass: check:static and test:unit",
  "check:static": "lint, layers, types, unused, docs",
  lint: "formatting and lint (Biome)",
  layers: "who imports whom, against tools/layers/ranks.ts",
  types: "types of every part, each with its own library (TypeScript)",
  unused: "files, exports and dependencies that nothing uses (knip)",
  docs: "whether the pages made from tables are up to date",
  "test:unit": "the tests beside the sources",
  test: "all tests that need neither root nor a compiler; says what it skipped and why",
  "test:isa": "every instruction against recordings of a real processor, in both tiers",
  suites: "all of CPython's and stress-ng's tests in the sandbox; what fails is in tests/suites",
  soak: "a shell that forks for --seconds N: the sandbox's memory must stay flat, nothing may be left",
  "fuzz:isa": "random instructions against this machine's processor until stopped (needs cc)",
  "fuzz:syscalls":
    "random system calls on this machine's kernel and in a sandbox (needs root and gcc)",
  "record:isa": "record new and changed rows on this machine's processor (needs cc)",
  format: "format, sort imports, fix what can be fixed",
  bench: "how long programs take here, natively and in qemu-user; into bench/results (needs gcc)",
  build: "bundle the command line and the sandbox into apps/kernelet/dist",
  package: "what is published as kernelet, as a tarball in dist/",
  "check:abi": "packages/abi against this machine's C headers (needs gcc)",
  prepare: "npm runs it after an install: build, without failing the install",
  help: "this list",
};

const manifest: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../package.json"), "utf8"),
);

for (const name of Object.keys(manifest.scripts)) {
  const text = HELP[name];
  if (text === undefined) {
    console.error(`tools/help.ts does not say what "npm run ${name}" does`);
    process.exitCode = 1;
  } else console.log(`npm run ${name.padEnd(13)} ${text}`);
}
