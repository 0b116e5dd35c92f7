/** Descriptors 0, 1 and 2 of the first program: the caller's streams, or its terminal. */
import { type Errno, isErrno } from "@kernelet/abi";
import {
  type FileDescription,
  type FsContext,
  type Host,
  HostFiles,
  HostStream,
  type Kernel,
  type OpenedConsole,
  openConsole,
  openHostStream,
} from "@kernelet/kernel";
import type { SandboxConfig } from "./protocol.ts";

export interface Streams {
  readonly stdio: readonly FileDescription[];
  /** To be attached to the first process. */
  readonly console: OpenedConsole["console"] | null;
}

/**
 * Where output goes to a terminal, the guest gets a console, and its stdin is that console if it is a terminal, too.
 * Regular files are files in the guest, too; all else is a stream. A terminal at stdin alone is read as a stream: the host's own line discipline edits and echoes.
 */
export function openStreams(
  kernel: Kernel,
  fs: FsContext,
  config: SandboxConfig,
  parts: { readonly host: Host; readonly isTerminal: (stream: number) => boolean },
): Streams | Errno {
  const { terminal } = config;
  const output = [1, 2].find((stream) => parts.isTerminal(stream));
  const files = new HostFiles(kernel.vfs, parts.host);
  const openOther = (n: number): FileDescription => {
    const state = config.files?.find((file) => file.number === n);
    return (state && files.open(state)) ?? openStream(kernel, parts.host, n);
  };
  if (terminal === undefined || output === undefined) {
    return { stdio: [0, 1, 2].map(openOther), console: null };
  }
  const hasInput = parts.isTerminal(0);
  const opened = openConsole(kernel, fs, { hasInput, output }, terminal.columns, terminal.rows);
  if (isErrno(opened)) return opened;
  const stdio = [0, 1, 2].map((n) => (parts.isTerminal(n) ? opened.file : openOther(n)));
  return { stdio, console: opened.console };
}

function openStream(kernel: Kernel, host: Host, number: number): FileDescription {
  const stream = new HostStream(host, number);
  kernel.streams.set(number, stream);
  return openHostStream(kernel.vfs, stream);
}
