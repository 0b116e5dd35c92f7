/**
 * The environment that a program starts with. Little of the caller's goes in by itself, because an environment is
 * full of tokens: what names the person and the terminal, and the language. `-e NAME` lets one more in.
 */
import { readFileSync } from "node:fs";
import { badOption, CliError } from "../errors.ts";
import type { Io } from "../io.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/** Hold in any root. */
export const OF_THE_CALLER: readonly string[] = ["TERM", "COLORTERM", "LANG", "LANGUAGE", "TZ"];
/** Hold in the caller's own root only: with another they would name places that it does not have. */
export const OF_THE_ROOT: readonly string[] = ["PATH", "HOME", "USER", "LOGNAME", "SHELL"];

/** Debian's for root: what a program gets when nothing better is known. */
export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface EnvironmentOptions {
  /** Values of -e: `NAME=value`, or `NAME` for the caller's value. */
  readonly assignments: readonly string[];
  /** Values of --env-file. */
  readonly files: readonly string[];
  /** The program sees the caller's own root. */
  readonly isOwnRoot: boolean;
}

/** @returns `NAME=value` each, the later having replaced the earlier: defaults, files, -e. */
export function buildEnvironment(io: Io, options: EnvironmentOptions): string[] {
  const variables = defaults(io.env, options.isOwnRoot);
  for (const path of options.files) {
    for (const [name, value] of readEnvFile(path, io.env)) variables.set(name, value);
  }
  for (const text of options.assignments) assign(variables, "-e", text, io.env);
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

/** For a container, whose image brings the rest: `NAME=value` each, and of the caller's only what is named. */
export function namedEnvironment(
  io: Io,
  { assignments, files }: Pick<EnvironmentOptions, "assignments" | "files">,
): string[] {
  const variables = new Map<string, string>();
  for (const path of files) {
    for (const [name, value] of readEnvFile(path, io.env)) variables.set(name, value);
  }
  for (const text of assignments) assign(variables, "-e", text, io.env);
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

function defaults(caller: Variables, isOwnRoot: boolean): Map<string, string> {
  const names = Object.keys(caller).filter(
    (name) =>
      name.startsWith("LC_") ||
      OF_THE_CALLER.includes(name) ||
      (isOwnRoot && OF_THE_ROOT.includes(name)),
  );
  const variables = new Map([["PATH", DEFAULT_PATH]]);
  for (const name of names) variables.set(name, caller[name] ?? "");
  return variables;
}

/** A name alone takes the caller's value; if there is none it sets nothing, as with docker(1). */
function assign(into: Map<string, string>, flag: string, text: string, caller: Variables): void {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  if (name === "" || /\s/.test(name)) throw badOption(flag, `'${text}' is not NAME=value`);
  const value = equals < 0 ? caller[name] : text.slice(equals + 1);
  if (value !== undefined) into.set(name, value);
}

/** docker(1)'s format: a variable a line, `#` comments, nothing quoted. */
function readEnvFile(path: string, caller: Variables): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : "cannot be read";
    throw new CliError("bad-option", `--env-file: ${path}: ${why}`, { cause: error });
  }
  const variables = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const entry = line.trimStart();
    if (entry !== "" && !entry.startsWith("#"))
      assign(variables, `--env-file ${path}`, entry, caller);
  }
  return variables;
}
