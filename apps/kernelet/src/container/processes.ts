/** `top` and `stats`: what runs in containers, and what it uses. */
import { setTimeout as delay } from "node:timers/promises";
import type { Container } from "@kernelet/container";
import type { Connection, Stats } from "@kernelet/sandbox";
import { FileError, SandboxFs } from "@kernelet/sdk";
import type { RootOption } from "../image/context.ts";
import { table } from "../image/human.ts";
import { compileTemplate } from "../image/template.ts";
import type { Io } from "../io.ts";
import { openContainers, reporting } from "./context.ts";

const TICKS_PER_SECOND = 100;
const PAGE_SIZE = 4096;

/** From the container's own /proc: no program inside is needed. */
export async function runTop(io: Io, name: string, options: RootOption): Promise<void> {
  await reporting(async () => {
    const container = openContainers(io, options).find(name);
    const rows = await container.using(async (connection) => {
      const fs = new SandboxFs(connection, container.id);
      const pids = (await fs.readdir("/proc")).filter((entry) => /^\d+$/.test(entry));
      const found = await Promise.all(pids.map((pid) => processRow(fs, pid)));
      return found.filter((row) => row !== null);
    });
    io.out(table([["UID", "PID", "PPID", "STAT", "RSS", "TIME", "CMD"], ...rows]));
  });
}

/** @returns null if it has ended meanwhile. */
async function processRow(fs: SandboxFs, pid: string): Promise<string[] | null> {
  try {
    const stat = await fs.readFile(`/proc/${pid}/stat`, "utf8");
    const status = await fs.readFile(`/proc/${pid}/status`, "utf8");
    const line = await fs.readFile(`/proc/${pid}/cmdline`, "utf8");
    const comm = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const [state = "", parent = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[9]) + Number(fields[10]);
    const uid = /^Uid:\s+(\d+)/m.exec(status)?.[1] ?? "";
    const resident = Number(fields[19]) * PAGE_SIZE;
    const command = line.replace(/\0+$/, "").replaceAll("\0", " ");
    return [uid, pid, parent, state, mib(resident), clock(ticks), command || `[${comm}]`];
  } catch (error) {
    if (error instanceof FileError) return null;
    throw error;
  }
}

function clock(ticks: number): string {
  const seconds = Math.floor(ticks / TICKS_PER_SECOND);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function mib(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)}MiB`;
}

export interface StatsOptions extends RootOption {
  readonly all?: true;
  readonly format: string;
  /** Commander's of --no-stream. */
  readonly stream: boolean;
}

const EVERY_MS = 1000;
/** Between the two looks that a share of the processor comes from, where only one row is wanted. */
const ONCE_MS = 250;

/** Named as in docker(1)'s templates. */
interface Row {
  readonly ID: string;
  readonly Name: string;
  readonly CPUPerc: string;
  readonly MemUsage: string;
  readonly MemPerc: string;
  readonly PIDs: string;
}

interface Watched {
  readonly container: Container;
  readonly connection: Connection;
  last: { readonly cpuNs: number; readonly ms: number } | null;
}

export async function runStats(
  io: Io,
  names: readonly string[],
  options: StatsOptions,
): Promise<void> {
  await reporting(async () => {
    const store = openContainers(io, options);
    const chosen =
      names.length > 0
        ? names.map((name) => store.find(name))
        : store.list().filter(({ isActive }) => isActive);
    const watched: Watched[] = [];
    try {
      for (const container of chosen) {
        watched.push({ container, connection: await container.connect(), last: null });
      }
      await look(watched);
      for (let isFirst = true; isFirst || options.stream; isFirst = false) {
        await delay(isFirst ? ONCE_MS : EVERY_MS);
        const rows = await look(watched);
        const isScreen = options.stream && process.stdout.isTTY;
        io.out((isScreen ? "\x1b[H\x1b[J" : "") + print(rows, options.format));
        if (options.stream && rows.length === 0 && names.length > 0) return;
      }
    } finally {
      for (const { connection } of watched) connection.close();
    }
  });
}

/** A row for each that still runs. */
async function look(watched: readonly Watched[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const one of watched) {
    let stats: Stats;
    try {
      stats = (await one.connection.ask("stats", null)).value;
    } catch {
      continue; // It has ended.
    }
    const now = { cpuNs: stats.cpuNs, ms: performance.now() };
    const before = one.last ?? now;
    one.last = now;
    const share =
      now.ms === before.ms ? 0 : (now.cpuNs - before.cpuNs) / 1e6 / (now.ms - before.ms);
    const limit = stats.memoryLimitBytes ?? Number.POSITIVE_INFINITY;
    rows.push({
      ID: one.container.shortId,
      Name: one.container.config.name,
      CPUPerc: percent(share),
      MemUsage: `${mib(stats.memoryBytes)} / ${mib(limit)}`,
      MemPerc: percent(stats.memoryBytes / limit),
      PIDs: String(stats.tasks),
    });
  }
  return rows;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(2)}%`;
}

function print(rows: readonly Row[], format: string): string {
  if (format !== "table") {
    return rows
      .map(compileTemplate(format))
      .map((line) => `${line}\n`)
      .join("");
  }
  const head = ["CONTAINER ID", "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "PIDS"];
  const cells = rows.map((row) => [
    row.ID,
    row.Name,
    row.CPUPerc,
    row.MemUsage,
    row.MemPerc,
    row.PIDs,
  ]);
  return table([head, ...cells]);
}
