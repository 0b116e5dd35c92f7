/** /proc/[pid]/limits. */
import type { Task } from "../../kernel/task.ts";

/** By resource number: name and unit. */
const RESOURCE_NAMES: readonly (readonly [name: string, unit: string])[] = [
  ["Max cpu time", "seconds"],
  ["Max file size", "bytes"],
  ["Max data size", "bytes"],
  ["Max stack size", "bytes"],
  ["Max core file size", "bytes"],
  ["Max resident set", "bytes"],
  ["Max processes", "processes"],
  ["Max open files", "files"],
  ["Max locked memory", "bytes"],
  ["Max address space", "bytes"],
  ["Max file locks", "locks"],
  ["Max pending signals", "signals"],
  ["Max msgqueue size", "bytes"],
  ["Max nice priority", ""],
  ["Max realtime priority", ""],
  ["Max realtime timeout", "us"],
];

export function limits(task: Task): string {
  const row = (...columns: readonly [string, string, string, string]): string =>
    `${columns[0].padEnd(25)} ${columns[1].padEnd(20)} ${columns[2].padEnd(20)} ${columns[3].padEnd(10)}\n`;
  const show = (value: number | undefined): string =>
    value === undefined || !Number.isFinite(value) ? "unlimited" : String(value);
  let text = row("Limit", "Soft Limit", "Hard Limit", "Units");
  RESOURCE_NAMES.forEach(([name, unit], resource) => {
    const limit = task.threadGroup.rlimits[resource];
    text += row(name, show(limit?.soft), show(limit?.hard), unit);
  });
  return text;
}
