/** Who runs a benchmark: the host's processor, qemu's user emulation, and we. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** What `npm install kernelet` leaves: a checkout looks at its sources at each start. run.ts puts it there. */
export const INSTALLED: string = join(buildFolder(), "installed");
export const LAUNCHER: string = join(INSTALLED, "bin/kernelet.js");
const QEMU = "qemu-x86_64-static";
const RUNSC = "runsc";

export interface Peer {
  readonly name: string;
  /** It is a peer for system calls and start-up only: a benchmark names it. */
  readonly isForSystem?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** The command that runs `argv` on this peer. `options`: of Kernelet's own, for it alone. */
  command(argv: readonly string[], options?: readonly string[]): readonly string[];
}

export const native: Peer = { name: "native", command: (argv) => argv };

/** Its system calls go to the host's kernel: it is an emulator of a processor only. */
const qemu: Peer = {
  name: "qemu-user",
  // qemu looks nothing up in PATH.
  command: ([program, ...args]) => [QEMU, find(program as string) ?? (program as string), ...args],
};

export const kernelet: Peer = {
  name: "kernelet",
  // What is kept from run to run is the benchmarks' own, so that "warm" means the same everywhere.
  env: { XDG_CACHE_HOME: join(buildFolder(), "cache") },
  command: (argv, options = []) => [process.execPath, LAUNCHER, "do", ...options, "--", ...argv],
};

/** Has all compiled at once that would be compiled in the background. */
export const COMPILE: readonly string[] = [process.execPath, LAUNCHER, "cache", "compile"];

/**
 * gVisor: another kernel in user space. The program's own code runs on the processor, and each system call is a stop by
 * ptrace(2), the one platform that needs neither KVM nor rights of its own.
 */
const runsc: Peer = {
  name: "runsc",
  isForSystem: true,
  command: ([program, ...args]) => [
    ...[RUNSC, "--rootless", "--network=none", "--ignore-cgroups", "--platform=ptrace", "do"],
    find(program as string) ?? (program as string),
    ...args,
  ],
};

/** Under the temporary folder, which every peer sees. */
export function buildFolder(): string {
  const folder = join(tmpdir(), `kernelet-bench-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Those that are here and can run. */
export function availablePeers(): readonly Peer[] {
  const peers: Peer[] = [native];
  if (find(QEMU) !== undefined) peers.push(qemu);
  if (find(RUNSC) !== undefined && canRun(runsc)) peers.push(runsc);
  return [...peers, kernelet];
}

/** Some machines have no user namespaces. */
function canRun(peer: Peer): boolean {
  const [program, ...args] = peer.command(["/bin/true"]);
  return spawnSync(program as string, args, { stdio: "ignore", timeout: 30_000 }).status === 0;
}

/** The path of a program, as execvp(3) finds it. */
export function find(name: string): string | undefined {
  if (name.includes("/")) return name;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
