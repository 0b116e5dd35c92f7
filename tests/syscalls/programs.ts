/** The programs of this suite: area/name.c, each with recorded/area/name.txt, what it printed on the host's kernel. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const FOLDER = import.meta.dirname;

export interface Program {
  /** "area/name". */
  readonly name: string;
  readonly source: string;
  /** Its recording; also how it ended. */
  readonly recording: string;
}

/** All, in order; `TEST_NAME=area/name` or a part of it leaves only those. */
export function programs(filter: string = process.env.TEST_NAME ?? ""): readonly Program[] {
  return readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".c") && path.includes(filter))
    .map((path) => path.slice(0, -2))
    .sort()
    .map((name) => ({
      name,
      source: join(FOLDER, `${name}.c`),
      recording: join(FOLDER, "recorded", `${name}.txt`),
    }));
}

export function readRecording(program: Program): string {
  return readFileSync(program.recording, "utf8");
}

export function writeRecording(program: Program, text: string): void {
  mkdirSync(dirname(program.recording), { recursive: true });
  writeFileSync(program.recording, text);
}
