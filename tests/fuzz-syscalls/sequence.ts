/** What the guest is asked for, and what it answers: see guest/main.c. */

/** Groups of calls; a sequence draws most from one, as calls of one subject meet each other's state. */
export const FAMILIES: readonly string[] = [
  "files",
  "paths",
  "pipes",
  "sockets",
  "waiting",
  "memory",
  "signals",
  "identity",
  "time",
  "process",
];
/** Those that are drawn only if named: `--families inet`. */
export const MORE_FAMILIES: readonly string[] = ["inet"];

export interface Sequence {
  readonly seed: number;
  readonly family: string;
  readonly uid: number;
  /** Capabilities of root, a mask in hexadecimal. */
  readonly capabilities: string;
  /** Numbers of the steps to take, ascending. A step is the same whatever is left out before it. */
  readonly steps: readonly number[];
}

export interface Answer {
  /** What each step printed. A step is missing if the process ended before it. */
  readonly lines: ReadonlyMap<number, string>;
  readonly end: string;
}

/** The line for the guest. */
export function request({ seed, family, uid, capabilities, steps }: Sequence): string {
  return `${seed} ${steps.length} ${family} ${uid} ${capabilities} ${steps.join(",")}\n`;
}

/** Text of the answer, without its last line "=". */
export function parseAnswer(text: string): Answer {
  const lines = new Map<number, string>();
  const rest: string[] = [];
  for (const line of text.split("\n")) {
    const number = /^(\d+) (.*)$/.exec(line);
    if (number === null) rest.push(line);
    else lines.set(Number(number[1]), number[2] as string);
  }
  return { lines, end: rest.filter((line) => line !== "").join(" ") };
}

/** "name" of "name(arguments) = result". */
export function callName(line: string): string {
  return line.slice(0, line.indexOf("("));
}

/** What comes behind the last ") = ". */
export function resultOf(line: string): string {
  const at = line.lastIndexOf(") = ");
  return at < 0 ? "(no result)" : line.slice(at + 4);
}
