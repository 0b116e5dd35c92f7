/** What the program asked of its kernel, and what of that reached the host. */
import type { Kernel } from "@kernelet/kernel";
import type { HostCount, HostLog } from "./host/host-log.ts";
import type { NetworkRecord } from "./host/network-log.ts";

export interface SyscallCount {
  readonly name: string;
  readonly calls: number;
  readonly errors: number;
}

/** What making WebAssembly of the program's code has cost. */
export interface Translations {
  /** Regions of code that were translated in this run. */
  readonly regions: number;
  /** Those of earlier runs that were used. */
  readonly archived: number;
  /** Milliseconds in all, without what V8 compiles in the background. */
  readonly translateMs: number;
  /** The longest time that the program has waited for one. */
  readonly longestStepMs: number;
  readonly wasmBytes: number;
}

export interface Report {
  /** Milliseconds from the start of the kernel to its end. */
  readonly wallMs: number;
  readonly kernel: {
    /** Most used first. */
    readonly syscalls: readonly SyscallCount[];
    readonly processes: number;
    readonly programs: number;
    readonly signals: number;
    readonly pageFaults: number;
    /** Pages copied because a process and a fork of it wanted their own. */
    readonly pageCopies: number;
    readonly peakMemoryBytes: number;
    /** What was still there at the end: all zero, or something leaked. */
    readonly left: Readonly<Record<string, number>>;
  };
  readonly processor: Translations;
  readonly host: {
    /** Calls through the Host interface by kind. */
    readonly calls: Readonly<Record<string, HostCount>>;
    readonly filesOpened: number;
    /** Names of files opened, the first 1000. */
    readonly files: readonly string[];
    /** Connections and datagram sockets. */
    readonly sockets: number;
    /** With whom, how much, and which rule let it or did not; the first 1000. */
    readonly network: readonly NetworkRecord[];
    readonly bytesRead: number;
    readonly bytesWritten: number;
  };
}

export function buildReport(
  kernel: Kernel,
  { regions, archived, translateMs, longestStepMs, wasmBytes }: Translations,
  log: HostLog,
  wallMs: number,
  nameOf: (nr: number) => string,
): Report {
  const { counters } = kernel;
  const syscalls = [...counters.syscalls]
    .map(([nr, calls]) => ({ name: nameOf(nr), calls, errors: counters.errors.get(nr) ?? 0 }))
    .sort((a, b) => b.calls - a.calls || (a.name < b.name ? -1 : 1));
  const calls = log.counts();
  const bytes = (kind: string): number => calls[kind]?.bytes ?? 0;
  return {
    wallMs,
    kernel: {
      syscalls,
      processes: counters.forks + 1,
      programs: counters.execs,
      signals: counters.signals,
      pageFaults: counters.pageFaults,
      pageCopies: kernel.memory.cow.copies,
      peakMemoryBytes: kernel.memory.memory.peakPages * 4096,
      left: { ...kernel.accounting() },
    },
    processor: { regions, archived, translateMs, longestStepMs, wasmBytes },
    host: {
      calls,
      filesOpened: log.filesOpened,
      files: log.openedNames(),
      sockets: log.sockets,
      network: log.network.records(),
      bytesRead: bytes("read") + bytes("input"),
      bytesWritten: bytes("write") + bytes("stdout") + bytes("stderr"),
    },
  };
}

/** The report for people. */
export function formatReport(report: Report): string {
  const { kernel, processor, host } = report;
  const total = kernel.syscalls.reduce((sum, row) => sum + row.calls, 0);
  const lines = [
    `asked of the kernel: ${total} system calls, ${kernel.processes} processes, ${kernel.programs} programs, ` +
      `${kernel.signals} signals, ${mib(kernel.peakMemoryBytes)} MiB at most, ${report.wallMs.toFixed(0)} ms`,
  ];
  for (const row of kernel.syscalls) {
    const errors = row.errors > 0 ? `${row.errors} errors` : "";
    lines.push(`  ${String(row.calls).padStart(9)}  ${row.name.padEnd(20)} ${errors}`.trimEnd());
  }
  lines.push(
    `translated: ${processor.regions} regions in ${processor.translateMs.toFixed(0)} ms, the longest step ` +
      `${processor.longestStepMs.toFixed(0)} ms; ${processor.archived} of earlier runs`,
  );
  lines.push(
    `reached the host: ${host.filesOpened} files opened, ${host.sockets} sockets, ` +
      `${mib(host.bytesRead)} MiB read, ${mib(host.bytesWritten)} MiB written`,
  );
  for (const [kind, count] of Object.entries(host.calls)) {
    const bytes = count.bytes > 0 ? `${count.bytes} bytes` : "";
    const errors = count.errors > 0 ? `${count.errors} errors` : "";
    lines.push(
      `  ${String(count.calls).padStart(9)}  ${kind.padEnd(20)} ${[bytes, errors].filter(Boolean).join(", ")}`.trimEnd(),
    );
  }
  for (const record of host.network) lines.push(`  ${networkLine(record)}`);
  const left = describeLeft(report);
  if (left !== "") lines.push(`left in the kernel at the end: ${left}`);
  return `${lines.join("\n")}\n`;
}

function networkLine(record: NetworkRecord): string {
  const { kind, host, port, names, isAllowed, rule, count, bytesSent, bytesReceived } = record;
  const { secrets, failure } = record;
  const place = port === 0 ? host : host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const of = names.length > 0 ? ` (${names.join(", ")})` : "";
  const verdict = isAllowed ? "allowed" : "refused";
  const bytes = bytesSent + bytesReceived > 0 ? `, ${bytesSent} out, ${bytesReceived} in` : "";
  const by = rule === "" ? "" : ` by ${rule}`;
  const given = secrets.length > 0 ? `, with ${secrets.join(", ")}` : "";
  const cut = failure === null ? "" : `, cut: ${failure}`;
  return `${String(count).padStart(9)}  ${kind} ${place}${of}: ${verdict}${by}${bytes}${given}${cut}`;
}

/** What was still there at the end, as "2 openFiles, 1 timers"; empty if nothing was. */
export function describeLeft(report: Report): string {
  return Object.entries(report.kernel.left)
    .flatMap(([what, count]) => (count === 0 ? [] : [`${count} ${what}`]))
    .join(", ");
}

function mib(bytes: number): string {
  return (bytes / (1024 * 1024)).toFixed(1);
}
