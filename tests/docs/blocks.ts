/** Blocks of code in the documents, and what is to be done with them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const REPOSITORY: string = join(import.meta.dirname, "../..");

export interface Block {
  /** "README.md:27". */
  readonly place: string;
  /** What stands behind the fence; "" for a picture. */
  readonly language: string;
  readonly text: string;
  /** From `<!-- not run: WHY -->` above it; null: it is run. */
  readonly whyNot: string | null;
}

const FENCE = /^```(.*)$/;
const MARK = /^<!-- not run: (.+) -->$/;

/** All documents that git knows. */
export function documents(): string[] {
  const known = execFileSync("git", ["ls-files", "*.md"], { cwd: REPOSITORY, encoding: "utf8" });
  return known.split("\n").filter((name) => name !== "");
}

export function blocksOf(name: string): Block[] {
  const lines = readFileSync(join(REPOSITORY, name), "utf8").split("\n");
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const language = FENCE.exec(lines[i] ?? "")?.[1];
    if (language === undefined) continue;
    const end = lines.indexOf("```", i + 1);
    if (end < 0) throw new Error(`${name}:${i + 1}: a block without an end`);
    const text = `${lines.slice(i + 1, end).join("\n")}\n`;
    const whyNot = MARK.exec(lines[i - 1] ?? "")?.[1] ?? null;
    blocks.push({ place: `${name}:${i + 1}`, language, text, whyNot });
    i = end;
  }
  return blocks;
}

/** Lines that look like commands and stand in no block with a language: those would not be run. */
export function hiddenCommands(name: string): string[] {
  let isInBlock = false;
  return readFileSync(join(REPOSITORY, name), "utf8")
    .split("\n")
    .flatMap((line, i) => {
      if (line.startsWith("```")) isInBlock = !isInBlock;
      const isCommand = /^ {4}(\$ )?(npm|npx|node|kernelet|docker|podman) /.test(line);
      return !isInBlock && isCommand ? [`${name}:${i + 1}: ${line.trim()}`] : [];
    });
}
