/**
 * Adds to package-lock.json the binaries of other platforms that `npm install` left out because the registry
 * it asked does not have them (a mirror may hold only what was once asked for). Without them `npm ci`
 * refuses the lock file on every machine. Run it after `npm install` has changed the lock file.
 *
 * Such an entry has no integrity hash: it cannot be known without the package. It matters on that platform only.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  engines?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const OS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "netbsd",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
  "aix",
];
const CPU = [
  "x64",
  "arm64",
  "ia32",
  "arm",
  "ppc64",
  "riscv64",
  "s390x",
  "loong64",
  "mips64el",
  "wasm32",
];

/** What the name of a binary's package says: "@oxc-parser/binding-linux-arm64-musl". */
function platform(name: string): Pick<LockEntry, "os" | "cpu" | "libc"> {
  const words = name.slice(name.indexOf("/") + 1).split("-");
  const os = OS.filter((word) => words.includes(word));
  const cpu = CPU.filter((word) => words.includes(word));
  if (os.length === 0 && cpu.length === 0) throw new Error(`${name}: names no platform`);
  return {
    ...(os.length > 0 && { os }),
    ...(cpu.length > 0 && { cpu }),
    ...(words.includes("musl") && { libc: ["musl"] }),
    ...(words.includes("gnu") && { libc: ["glibc"] }),
  };
}

const path = join(import.meta.dirname, "../package-lock.json");
const lock: { packages: Record<string, LockEntry> } = JSON.parse(readFileSync(path, "utf8"));
const added: string[] = [];

for (const [owner, entry] of Object.entries(lock.packages)) {
  if (owner === "") continue;
  for (const [name, spec] of Object.entries(entry.optionalDependencies ?? {})) {
    const where = `node_modules/${name}`;
    if (lock.packages[where] !== undefined || lock.packages[`${owner}/${where}`] !== undefined)
      continue;
    // What is not a binary (fsevents) comes in a version that the registry chooses.
    if (!/^\d/.test(spec)) throw new Error(`${owner} wants ${name}@${spec}: not an exact version`);
    lock.packages[where] = {
      version: spec,
      ...platform(name),
      ...(entry.dev && { dev: true }),
      optional: true,
    };
    added.push(name);
  }
}

// npm keeps the packages in the order of their paths, the root first.
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, "en")),
);
writeFileSync(path, `${JSON.stringify(lock, undefined, 2)}\n`);
console.log(added.length === 0 ? "complete" : `added ${added.join(" ")}`);
