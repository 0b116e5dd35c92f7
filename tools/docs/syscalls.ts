/**
 * Writes docs/syscalls.md from the rows of the system call table.
 *
 *   node tools/docs/syscalls.ts           writes the file
 *   node tools/docs/syscalls.ts --check   fails if it is not up to date
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { errnoName } from "@kernelet/abi";
import { SYSCALLS, type SyscallRow } from "@kernelet/kernel";

const target = join(import.meta.dirname, "../../docs/syscalls.md");

const LEVELS = {
  full: "full: as Linux does it",
  partial: "partial: a part is missing, and the note says which",
  stub: "stub: fails as on a Linux that was built without it",
} as const;

function count(level: SyscallRow["level"]): number {
  return SYSCALLS.filter((row) => row.level === level).length;
}

function line(row: SyscallRow): string {
  const note = row.errno === undefined ? row.note : `${errnoName(row.errno)}: ${row.note}`;
  return `| ${row.nr} | \`${row.name}\` | ${row.level} | ${note.replaceAll("|", "\\|")} |`;
}

export function syscallsPage(): string {
  const summary = (Object.keys(LEVELS) as (keyof typeof LEVELS)[])
    .map((level) => `| ${count(level)} | ${LEVELS[level]} |`)
    .join("\n");
  return `# System calls

Made from \`packages/kernel/src/syscalls/table.ts\` by \`tools/docs/syscalls.ts\`. Do not edit.

The kernel says that it is Linux 6.1. All ${SYSCALLS.length} calls of amd64 Linux have a row.

| calls | level |
| ---: | --- |
${summary}

| nr | call | level | note |
| ---: | --- | --- | --- |
${SYSCALLS.map(line).join("\n")}
`;
}

const page = syscallsPage();
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== page) {
    process.stderr.write("docs/syscalls.md is out of date: run node tools/docs/syscalls.ts\n");
    process.exit(1);
  }
} else {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, page);
}
