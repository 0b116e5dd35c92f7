/** Who runs a benchmark: the host's processor, qemu's user emulation, and we. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const LAUNCHER = join(import.meta.dirname, "../apps/kernelet/bin/kernelet.js");
const QEMU = "qemu-x86_64-static";

export interface Peer {
  readonly name: string;
  /** The command that runs `argv` on this peer. */
  command(argv: readonly string[]): readonly string[];
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
  command: (argv) => [process.execPath, LAUNCHER, "do", "--", ...argv],
};

/** Those that are here. */
export function availablePeers(): readonly Peer[] {
  return find(QEMU) === undefined ? [native, kernelet] : [native, qemu, kernelet];
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
