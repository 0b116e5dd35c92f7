/** `kernelet cache`: what is kept from run to run, and removing it. */
import {
  type CacheEntry,
  CODE_LIMIT,
  cacheEntries,
  cacheFolderOf,
  compileCode,
  openCacheFolder,
  removeEntries,
} from "@kernelet/sandbox";
import { Command } from "commander";
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { formatOption, type OutputFormat } from "../options/format.ts";
import type { CommandRow } from "./row.ts";

const DESCRIPTION =
  "What makes the next start quicker is kept in a folder of the person's: images from which the sandbox process starts, " +
  "archives of decoded and translated machine code, what V8 has compiled of them, and V8's compilation of the command line. It can be removed at any time. kernelet do --no-cache does without.";

interface Formatted {
  readonly format: OutputFormat;
}

function folderOf(io: Io): string {
  const folder = cacheFolderOf(io.env);
  if (folder !== undefined) return folder;
  throw new CliError("no-cache-folder", "neither XDG_CACHE_HOME nor HOME says where the cache is");
}

const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
const sum = (entries: readonly CacheEntry[]): number => entries.reduce((n, e) => n + e.bytes, 0);
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

/** One entry a line: when it was used last, how large it is, whether this version uses it, what it is. */
function list(io: Io, { format }: Formatted): void {
  const entries = cacheEntries(folderOf(io));
  if (format === "json") io.out(`${JSON.stringify(entries)}\n`);
  for (const { usedMs, bytes, isCurrent, name } of format === "json" ? [] : entries) {
    io.out(
      `${day(usedMs)}  ${mib(bytes).padStart(10)}  ${isCurrent ? "current" : "other  "}  ${name}\n`,
    );
  }
}

function info(io: Io, { format }: Formatted): void {
  const folder = folderOf(io);
  const entries = cacheEntries(folder);
  const part = (kind: CacheEntry["kind"]): { entries: number; bytes: number } => {
    const those = entries.filter((entry) => entry.kind === kind);
    return { entries: those.length, bytes: sum(those) };
  };
  const facts = {
    folder,
    bytes: sum(entries),
    currentBytes: sum(entries.filter(({ isCurrent }) => isCurrent)),
    start: part("start"),
    code: { ...part("code"), limitBytes: CODE_LIMIT },
    native: { ...part("native"), limitBytes: CODE_LIMIT },
    compile: part("compile"),
    unfinished: part("unfinished"),
  };
  if (format === "json") {
    io.out(`${JSON.stringify(facts)}\n`);
    return;
  }
  io.out(
    `${folder}: ${mib(facts.bytes)}, ${mib(facts.currentBytes)} of it used by this version\n` +
      `  start images      ${facts.start.entries}, ${mib(facts.start.bytes)}\n` +
      `  archives of code  ${facts.code.entries}, ${mib(facts.code.bytes)}, at most ${mib(CODE_LIMIT)} a version\n` +
      `  compiled archives ${facts.native.entries}, ${mib(facts.native.bytes)}, at most as much\n` +
      `  command line      ${facts.compile.entries}, ${mib(facts.compile.bytes)}\n`,
  );
}

function openFolderOf(io: Io): string {
  const folder = openCacheFolder(io.env);
  if (folder !== undefined) return folder;
  throw new CliError("no-cache-folder", `${folderOf(io)} cannot be used`);
}

async function compile(io: Io): Promise<void> {
  const exitCode = await compileCode(openFolderOf(io));
  if (exitCode === undefined)
    throw new CliError("no-bundle", "only a build compiles ahead: npm run build");
  if (exitCode !== 0)
    throw new CliError("cannot-compile", `compiling has failed: exit code ${exitCode}`);
}

function remove(io: Io, isGoing: (entry: CacheEntry) => boolean): void {
  const folder = folderOf(io);
  const going = cacheEntries(folder).filter(isGoing);
  const removed = removeEntries(folder, going);
  io.out(`removed ${removed} of ${going.length} entries, ${mib(sum(going))}\n`);
}

export const cacheCommand: CommandRow = {
  name: "cache",
  summary: "show or remove what is kept to make the next start quicker",
  description: DESCRIPTION,
  define({ io }) {
    const command = new Command().usage("ls|info|compile|clear|prune [OPTIONS]");
    const below = (name: string, text: string): Command =>
      command.command(name).description(text).helpOption("-h, --help", "print this");
    below("ls", "list the entries, the one used last first")
      .addOption(formatOption())
      .action((options: Formatted) => list(io, options));
    below("info", "say where the cache is and how large")
      .addOption(formatOption())
      .action((options: Formatted) => info(io, options));
    below("compile", "compile what programs have left to be compiled for their next runs").action(
      () => compile(io),
    );
    below("clear", "remove everything").action(() => remove(io, () => true));
    below("prune", "remove what this version of Kernelet does not use").action(() =>
      remove(io, ({ isCurrent }) => !isCurrent),
    );
    return command;
  },
};
