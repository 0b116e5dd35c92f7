/** Descriptors 0, 1 and 2 of a program that starts from outside: StdioSpec as files of the guest. */
import { type Errno, isErrno, O_RDONLY, O_WRONLY } from "@kernelet/abi";
import {
  Credentials,
  type FileDescription,
  type FsContext,
  type Host,
  HostFiles,
  HostStream,
  type Kernel,
  LOOKUP_FOLLOW,
  openConsole,
  openHostStream,
  openHostTerminal,
  openNull,
  type StreamDirection,
  type ThreadGroup,
  walkPath,
} from "@kernelet/kernel";
import type { StdioSpec, StreamFile, TerminalSize } from "./protocol.ts";

export interface Stdio {
  readonly files: readonly FileDescription[];
  /** To be attached to the process. */
  readonly terminal: StdioTerminal | null;
  /** The host's side goes: the process has ended, or could not be started. */
  close(): void;
}

export interface StdioTerminal {
  attach(group: ThreadGroup): void;
  resize(columns: number, rows: number): void;
}

/** The host's streams for stdin, stdout and stderr. */
export type StreamNumbers = readonly [number, number, number];

export interface StdioParts {
  readonly kernel: Kernel;
  readonly host: Host;
  /** Which of the sandbox process's own streams are terminals. */
  readonly isTerminal: (stream: number) => boolean;
}

export function openStdio(
  parts: StdioParts,
  spec: StdioSpec,
  numbers: StreamNumbers,
  fs: FsContext,
  owner: Credentials,
): Stdio | Errno {
  switch (spec.kind) {
    case "inherited":
      return openInherited(parts, fs, spec.files ?? [], spec.terminal);
    case "streams":
      return openStreams(parts, fs, numbers, spec.hasInput);
    case "terminal":
      return openTerminal(parts.kernel, fs, owner, numbers, spec);
  }
}

/**
 * Where output goes to a terminal, the guest gets a console, and its stdin is that console if it is a terminal, too.
 * Regular files are files in the guest, too; all else is a stream. A terminal at stdin alone is read as a stream: the
 * host's own line discipline edits and echoes.
 */
function openInherited(
  parts: StdioParts,
  fs: FsContext,
  states: readonly StreamFile[],
  terminal: TerminalSize | undefined,
): Stdio | Errno {
  const { kernel, host, isTerminal } = parts;
  const output = [1, 2].find((stream) => isTerminal(stream));
  const hostFiles = new HostFiles(kernel.vfs, host);
  const openOther = (n: number): FileDescription => {
    const state = states.find((file) => file.number === n);
    return (state && hostFiles.open(state)) ?? openStream(parts, n, n === 0 ? "input" : "output");
  };
  if (terminal === undefined || output === undefined) {
    return { files: [0, 1, 2].map(openOther), terminal: null, close: () => {} };
  }
  const ends = { input: isTerminal(0) ? 0 : null, output };
  const opened = openConsole(kernel, fs, ends, terminal.columns, terminal.rows);
  if (isErrno(opened)) return opened;
  const files = [0, 1, 2].map((n) => (isTerminal(n) ? opened.file : openOther(n)));
  return { files, terminal: opened.console, close: () => {} };
}

function openStreams(
  parts: StdioParts,
  fs: FsContext,
  numbers: StreamNumbers,
  hasInput: boolean,
): Stdio | Errno {
  const [stdin, stdout, stderr] = numbers;
  const { streams } = parts.kernel;
  const walker = { fs, credentials: Credentials.root() };
  const nothing = walkPath(walker, fs.root, "/dev/null", LOOKUP_FOLLOW);
  if (isErrno(nothing)) return nothing;
  const files = [
    hasInput ? openStream(parts, stdin, "input") : openNull(nothing, O_RDONLY),
    openStream(parts, stdout, "output"),
    openStream(parts, stderr, "output"),
  ];
  const close = (): void => {
    for (const number of numbers) streams.delete(number);
  };
  return { files, terminal: null, close };
}

/** /dev/null three times. */
export function openNothing(fs: FsContext): Stdio | Errno {
  const nothing = walkPath(
    { fs, credentials: Credentials.root() },
    fs.root,
    "/dev/null",
    LOOKUP_FOLLOW,
  );
  if (isErrno(nothing)) return nothing;
  const files = [O_RDONLY, O_WRONLY, O_WRONLY].map((flags) => openNull(nothing, flags));
  return { files, terminal: null, close: () => {} };
}

function openTerminal(
  kernel: Kernel,
  fs: FsContext,
  owner: Credentials,
  [input, output]: StreamNumbers,
  size: TerminalSize,
): Stdio | Errno {
  const terminal = openHostTerminal(kernel, fs, owner, { input, output }, size);
  if (isErrno(terminal)) return terminal;
  const { file } = terminal;
  return { files: [file, file, file], terminal, close: () => terminal.close() };
}

function openStream(
  { kernel, host }: StdioParts,
  number: number,
  direction: StreamDirection,
): FileDescription {
  const stream = new HostStream(host, number, direction);
  kernel.streams.set(number, stream);
  return openHostStream(kernel.vfs, stream);
}
