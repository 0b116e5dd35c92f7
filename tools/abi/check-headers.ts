/**
 * Compares every constant and layout of packages/abi with this machine's C headers, by compiling and
 * running one small C program per source file. Needs gcc and the kernel's headers, so it is a tool for
 * whoever changes packages/abi and no part of `npm test`: `npm run check:abi`.
 *
 * A name the headers do not have is listed, not failed: newer kernels have more than old headers say.
 */

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INCLUDES, LAYOUTS } from "./headers.ts";

const sources = join(import.meta.dirname, "../../packages/abi/src");

/** One number that both sides can say. */
interface Claim {
  readonly title: string;
  readonly ours: number;
  readonly c: string;
  readonly includes: readonly string[];
}

/** Constants that are ours, not C's. The exported headers still say 32 for NSIG, as on i386. */
const NOT_IN_C = new Set([
  ...["MAX_ERRNO", "NR_SYSCALLS", "CONTINUED_STATUS", "FXSAVE_SIZE", "RED_ZONE", "UTS_LEN"],
  ...["ELF_MAGIC", "NSIG"],
]);

async function claims(): Promise<Claim[]> {
  const all: Claim[] = [];
  for (const file of readdirSync(sources).filter((name) => /^[a-z-]+\.ts$/.test(name))) {
    const name = file.slice(0, -".ts".length);
    const includes = INCLUDES[name];
    if (includes === undefined) continue;
    const module: Record<string, unknown> = await import(join(sources, file));
    for (const [key, value] of Object.entries(module)) {
      if (typeof value === "number" && !NOT_IN_C.has(key)) {
        const c = name === "errno" ? `-(${key})` : key;
        all.push({ title: key, ours: value, c, includes });
      } else if (typeof value === "object" && value !== null && "size" in value) {
        all.push(...layoutClaims(key, value as Record<string, number>, includes));
      }
    }
  }
  return all;
}

function layoutClaims(
  key: string,
  layout: Record<string, number>,
  fileIncludes: readonly string[],
): Claim[] {
  const c = LAYOUTS[key];
  if (c === undefined) throw new Error(`${key}: no C type in tools/abi/headers.ts`);
  const includes = c.includes ?? fileIncludes;
  // offsetof takes no anonymous struct: give it a name.
  const type = c.type.startsWith("struct {") ? `${key}_t` : c.type;
  const prefix = type === c.type ? [] : [`typedef ${c.type} ${type};`];
  return Object.entries(layout).map(([field, ours]) => ({
    title: `${key}.${field}`,
    ours,
    c:
      field === "size"
        ? `sizeof(${type})`
        : `__builtin_offsetof(${type}, ${c.fields?.[field] ?? field})`,
    includes: [...includes, ...prefix],
  }));
}

/** What C says, by index; undefined where the headers lack the name. */
function ask(group: readonly Claim[], dir: string): (number | undefined)[] {
  const lines = group[0]?.includes ?? [];
  const head = ["#define _GNU_SOURCE"]
    .concat(lines.map((line) => (line.startsWith("typedef") ? line : `#include <${line}>`)))
    .concat("extern int printf(const char *, ...);", "int main(void) {");
  const missing = new Set<number>();
  const source = join(dir, "ask.c");
  for (;;) {
    // A statement per line, so that the compiler's complaints name the claim.
    const body = group.map((claim, index) =>
      missing.has(index) ? "" : `printf("${index} %lld\\n", (long long)(${claim.c}));`,
    );
    writeFileSync(source, [...head, ...body, "return 0; }", ""].join("\n"));
    const compiled = spawnSync("gcc", ["-w", "-fmax-errors=0", "-o", join(dir, "ask"), source], {
      encoding: "utf8",
    });
    if (compiled.status === 0) break;
    const bad = [...compiled.stderr.matchAll(/ask\.c:(\d+):\d+: error/g)].map(
      (match) => Number(match[1]) - 1 - head.length,
    );
    if (bad.every((index) => index < 0 || missing.has(index))) throw new Error(compiled.stderr);
    for (const index of bad) missing.add(index);
  }
  const answers = new Array<number | undefined>(group.length).fill(undefined);
  for (const line of execFileSync(join(dir, "ask"), { encoding: "utf8" }).trim().split("\n")) {
    const [index, value] = line.split(" ");
    if (index !== "") answers[Number(index)] = Number(value);
  }
  return answers;
}

/** -1 and 0xffffffff are the same 32-bit word; C's type decides which it prints. */
function isSame(ours: number, theirs: number): boolean {
  return (
    ours === theirs || (Math.abs(ours) <= 0xffffffff && ours >>> 0 === theirs >>> 0 && theirs < 0)
  );
}

function syscallDifferences(): string[] {
  const header = readFileSync("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "utf8");
  const table = readFileSync(join(sources, "syscall-numbers.ts"), "utf8");
  return [...header.matchAll(/#define __NR_(\w+) (\d+)/g)]
    .filter(([, name, nr]) => !table.includes(`[${nr}, "${name}"]`))
    .map(([line]) => line);
}

const dir = mkdtempSync(join(tmpdir(), "abi-"));
try {
  const groups = Map.groupBy(await claims(), (claim) => claim.includes.join("\n"));
  let same = 0;
  const absent: string[] = [];
  const different = syscallDifferences();
  for (const group of groups.values()) {
    const answers = ask(group, dir);
    for (const [index, claim] of group.entries()) {
      const theirs = answers[index];
      if (theirs === undefined) absent.push(claim.title);
      else if (isSame(claim.ours, theirs)) same++;
      else different.push(`${claim.title}: ours ${claim.ours}, C's ${theirs}`);
    }
  }
  console.log(`${same} constants and offsets as in the headers`);
  console.log(`not in these headers: ${absent.join(" ")}`);
  for (const line of different) console.error(`DIFFERENT ${line}`);
  process.exitCode = different.length === 0 ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true });
}
