/**
 * `npm run package [-- FOLDER]`: what is published as `kernelet`, as a tarball: the command line, the SDK with its types,
 * the bundles that both start. It depends on nothing but a Node.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundleInto } from "../bundle.ts";
import { copyDeclarations } from "./declarations.ts";
import { notices } from "./notices.ts";

const repository = join(import.meta.dirname, "../..");
const app = join(repository, "apps/kernelet");
const FOLDERS = ["bin", "sdk"];

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function read(path: string): Manifest {
  return JSON.parse(readFileSync(path, "utf8"));
}

function manifest(types: string): object {
  const { name, version, description, license, bin } = read(join(app, "package.json"));
  // The Nodes that come along.
  const { optionalDependencies } = read(join(repository, "package.json"));
  return {
    ...{ name, version, description, license, type: "module", bin },
    exports: {
      ".": { types, default: "./sdk/index.js" },
      "./package.json": "./package.json",
    },
    // No `engines`: on an older Node the launcher finds the one that comes along.
    optionalDependencies,
  };
}

/** Loaded by require, after the check: a Node that is too old does not get as far as linking what it does not have. */
function indexOf(exports: readonly string[]): string {
  return `import "./needs-node.js";
import module from "node:module";

const sdk = module.createRequire(import.meta.url)("../dist/sdk.js");
export const { ${[...exports].sort().join(", ")} } = sdk;
`;
}

/** @returns the tarball. */
async function makePackage(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const stage = mkdtempSync(join(tmpdir(), "kernelet-package-"));
  try {
    const { inputs, exports } = await bundleInto(join(stage, "dist"));
    for (const name of FOLDERS) cpSync(join(app, name), join(stage, name), { recursive: true });
    writeFileSync(join(stage, "sdk/index.js"), indexOf(exports));
    for (const name of ["README.md", "LICENSE"]) cpSync(join(repository, name), join(stage, name));
    execFileSync("tsc", ["-b", join(repository, "packages/sdk")], { stdio: "inherit" });
    const start = copyDeclarations(repository, join(stage, "types"));
    writeFileSync(
      join(stage, "package.json"),
      JSON.stringify(manifest(`./types/${start}`), null, 2),
    );
    writeFileSync(join(stage, "THIRD_PARTY_NOTICES"), notices(repository, inputs));
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
    const packed = JSON.parse(execFileSync("npm", args, { cwd: stage, encoding: "utf8" }));
    const [{ filename }] = Object.values(packed) as [{ readonly filename: string }];
    return join(folder, filename);
  } finally {
    rmSync(stage, { recursive: true });
  }
}

console.log(await makePackage(resolve(process.argv[2] ?? join(repository, "dist"))));
