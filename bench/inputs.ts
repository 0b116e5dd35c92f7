/** What the benchmarks of whole programs work on: made once, the same everywhere, by a small generator of numbers. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildFolder, find } from "./peers.ts";
import { BadRun } from "./sample.ts";

/** Marsaglia's xorshift32. */
function numbers(): (below: number) => number {
  let x = 2463534242;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

/** Makes a file or folder once; one that was given up halfway is not taken for it. */
export function once(name: string, make: (path: string) => void): string {
  const path = join(buildFolder(), name);
  if (existsSync(path)) return path;
  const draft = `${path}.draft`;
  rmSync(draft, { recursive: true, force: true });
  make(draft);
  renameSync(draft, path);
  return path;
}

/** Lines of words, some far more usual than others, and numbers: `megabytes` of them. */
export function text(megabytes: number): string {
  return once(`text-${megabytes}`, (path) => {
    const next = numbers();
    const letters = "etaoinshrdlucmfwypvbgk";
    const word = () =>
      Array.from({ length: 2 + next(8) }, () => letters[Math.min(next(22), next(22))]).join("");
    const words = Array.from({ length: 4000 }, word);
    const lines: string[] = [];
    for (let length = 0; length < megabytes * 1e6; ) {
      const line = Array.from({ length: 6 + next(8) }, () =>
        next(12) === 0 ? String(next(100000)) : words[Math.min(next(4000), next(4000), next(4000))],
      ).join(" ");
      lines.push(line);
      length += line.length + 1;
    }
    writeFileSync(path, `${lines.join("\n")}\n`);
  });
}

/** A C program of `functions` functions of twenty lines. */
export function source(functions: number): string {
  return once(`source-${functions}.c`, (path) => {
    const next = numbers();
    const parts = ["#include <stdint.h>", "#include <stdio.h>", "#include <string.h>", ""];
    for (let i = 0; i < functions; i++) {
      const callee = i === 0 ? "a" : `f${next(i)}(a + ${next(9)}, b)`;
      parts.push(
        `static uint32_t table${i}[${4 + next(60)}];`,
        `struct s${i} { uint32_t x; uint16_t y; char name[${8 + next(24)}]; struct s${i} *next; };`,
        `uint32_t f${i}(uint32_t a, uint32_t b) {`,
        `  struct s${i} s = {a * ${1 + next(99)}u, (uint16_t)(b >> ${next(16)}), "n${i}", 0};`,
        `  uint32_t sum = ${next(1000)};`,
        `  for (uint32_t i = 0; i < sizeof table${i} / sizeof *table${i}; i++) {`,
        `    table${i}[i] ^= s.x + (i << ${next(8)});`,
        `    if (table${i}[i] % ${2 + next(9)} == 0) sum += table${i}[i] / ${1 + next(30)};`,
        `    else if ((a & i) > ${next(20)}) sum ^= s.y * i;`,
        "    else sum--;",
        "  }",
        `  switch (sum % 5) {`,
        `    case 0: sum += strlen(s.name); break;`,
        `    case 1: sum = (sum << ${1 + next(20)}) | (sum >> ${1 + next(20)}); break;`,
        `    case 2: sum += ${callee}; break;`,
        `    default: s.x -= sum;`,
        "  }",
        `  return sum ^ s.x;`,
        "}",
        "",
      );
    }
    writeFileSync(path, parts.join("\n"));
  });
}

/** A tree of `count` small files, fifty to a folder. */
export function files(count: number): string {
  return once(`files-${count}`, (path) => {
    const next = numbers();
    for (let i = 0; i < count; i++) {
      const folder = join(path, `d${Math.floor(i / 500)}`, `e${Math.floor(i / 50)}`);
      if (i % 50 === 0) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `f${i}.txt`), `file ${i}\n`.repeat(1 + next(400)));
    }
  });
}

/** A git repository of `commits` commits, each of which changes one of a hundred files. */
export function repository(commits: number): string {
  if (find("git") === undefined) throw new BadRun("needs git, which is not here");
  return once(`history-${commits}`, (path) => {
    const next = numbers();
    const stream: string[] = [];
    const data = (content: string) => `data ${Buffer.byteLength(content)}\n${content}`;
    for (let i = 0; i < commits; i++) {
      const who = `Author ${next(40)} <a${next(40)}@example.org> ${1_500_000_000 + i * 600} +0000`;
      const lines = Array.from({ length: 30 }, () => `line ${next(1000)}`).join("\n");
      stream.push(
        `commit refs/heads/main\ncommitter ${who}`,
        data(`part${next(20)}: Change number ${i}\n\nBecause of ${next(100000)}.\n`),
        `M 100644 inline d${next(10)}/f${next(10)}.txt`,
        data(`${lines}\n`),
      );
    }
    execFileSync("git", ["init", "--quiet", "--bare", "--initial-branch=main", path]);
    execFileSync("git", ["-C", path, "fast-import", "--quiet"], {
      input: `${stream.join("\n")}\n`,
    });
  });
}
