/** Both machines with the guest built for them, and what a run of the fuzzer found, as text. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { buildGuest } from "./build.ts";
import { type FuzzResult, fuzz } from "./fuzz.ts";
import { hostMachine, sandboxMachine, UNSHARE } from "./machine.ts";

/** The host's kernel that explained.ts speaks of: another one differs elsewhere. */
export const EXPLAINED_KERNEL = "6.18";

export interface Wish {
  readonly seconds: number;
  readonly seed: number;
  readonly families: readonly string[];
  readonly uids: readonly number[];
  readonly minimiseSeconds: number;
  readonly say: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** Why the fuzzer cannot run here, or null. */
export function hindrance(): string | null {
  if (process.getuid?.() !== 0) return "needs root, for namespaces and a file system of its own";
  if (!release().startsWith(`${EXPLAINED_KERNEL}.`))
    return `the known differences are those of Linux ${EXPLAINED_KERNEL}; this is ${release()}`;
  try {
    execFileSync("gcc", ["--version"], { stdio: "ignore" });
  } catch {
    return "needs gcc";
  }
  try {
    const mount = ["mount", "-t", "tmpfs", "fuzz", "/mnt"];
    execFileSync("unshare", [...UNSHARE, ...mount], { stdio: "ignore" });
  } catch {
    return "needs unshare(1), and leave to make namespaces and to mount in them";
  }
  return null;
}

export async function runFuzzer(wish: Wish): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), "kernelet-fuzz-"));
  const program = join(folder, "guest");
  buildGuest(program);
  const host = hostMachine(program, join(folder, "world"));
  const guest = sandboxMachine(folder, "guest");
  try {
    return await fuzz({ ...wish, host, guest, capabilities: ownCapabilities() });
  } finally {
    host.stop();
    guest.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export function summary({
  sequences,
  calls,
  unexplained,
  explained,
  unstable,
}: FuzzResult): string {
  const lines = [`${sequences} sequences, ${calls} calls`];
  const line = (count: number, text: string) => lines.push(`${String(count).padStart(6)}  ${text}`);
  for (const [kind, count] of unstable) line(count, `not seen again: ${kind}`);
  for (const [row, count] of explained) line(count, `explained: ${row.why}`);
  for (const [kind, count] of unexplained) line(count, `NOT explained: ${kind}`);
  return lines.join("\n");
}

function ownCapabilities(): string {
  return /CapEff:\s*(\w+)/.exec(readFileSync("/proc/self/status", "latin1"))?.[1] ?? "0";
}
