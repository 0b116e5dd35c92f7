/** Connects to a sandbox that runs already, by the socket that it listens on. */
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import process from "node:process";
import type { Outcome } from "../outcome.ts";
import type { AttachOptions, ProgramSpec, StdioSpec } from "../protocol.ts";
import type { ArgsOf, Op } from "../requests.ts";
import type { GuestProcess } from "./guest-process.ts";
import { Link } from "./link.ts";
import type { Answered } from "./requester.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** A running sandbox, for whoever did not start it as for whoever did. */
export interface Connection {
  /** Starts a program beside the first. Rejected with StartError or SandboxEndedError. */
  run(program: ProgramSpec, stdio: StdioSpec): Promise<GuestProcess>;
  /** Starts a program that goes on without us. Rejected as `run`. */
  leave(program: ProgramSpec): Promise<void>;
  /** Takes part in the streams of the first program. Rejected with StartError or SandboxEndedError. */
  attach(options: AttachOptions): Promise<GuestProcess>;
  /** Asks it for what requests.ts lists. Rejected with GuestError or SandboxEndedError. */
  ask<O extends Op>(op: O, args: ArgsOf<O>, bytes?: Uint8Array): Promise<Answered<O>>;
  /** Begins a hook, a trace or a watch. Rejected as `ask`. */
  readonly subscribe: Subscriptions["subscribe"];
  /** The connection is over: it was closed, or the sandbox has ended. */
  readonly closed: Promise<void>;
  /** Leaves the sandbox as it is. What was started by this connection gets SIGHUP. */
  close(): void;
}

/** A connection that also hears how the sandbox ends. */
export interface Joined extends Connection {
  /** "lost" if the connection is over before the sandbox has said how it ended: it was closed, or the sandbox killed. */
  readonly outcome: Promise<Outcome>;
}

/** @throws the system's error if nobody listens there. */
export async function connect(socketPath: string): Promise<Joined> {
  let last: Outcome = { kind: "lost", code: null, signal: null };
  const link = new Link(await open(socketPath), (message) => {
    if (message.type !== "exited") return;
    const { status, hasLayer, report } = message;
    last = { kind: "exited", status, hasLayer, report };
  });
  return {
    outcome: link.closed.then(() => last),
    run: (program, stdio) => link.processes.run(program, stdio),
    leave: (program) => link.processes.leave(program),
    attach: (options) => link.attach(options),
    ask: (op, args, bytes) => link.requester.ask(op, args, bytes),
    subscribe: (kind, options, handler) => link.subscriptions.subscribe(kind, options, handler),
    closed: link.closed,
    close: () => link.close(),
  };
}

function open(socketPath: string): Promise<net.Socket> {
  return withShortPath(
    socketPath,
    (short) =>
      new Promise((resolve, reject) => {
        const socket = net.connect(short);
        socket.once("connect", () => {
          socket.removeListener("error", reject);
          resolve(socket);
        });
        socket.once("error", reject);
      }),
  );
}

/** Listens at `socketPath`. @returns the descriptor, which lives as long as the server, and the server. */
export function listenAt(socketPath: string): Promise<{ fd: number; server: net.Server }> {
  return withShortPath(
    socketPath,
    (short) =>
      new Promise((resolve, reject) => {
        const server = net.createServer();
        server.once("error", reject);
        server.listen(short, () => {
          const { fd } = (server as unknown as { _handle: { fd: number } })._handle;
          resolve({ fd, server });
        });
      }),
  );
}

/** What sockaddr_un has room for, without its NUL; macOS has 103. */
const LONGEST_PATH = 103;

/** A path that is too long for a socket's address leads through a descriptor of its folder, on Linux. */
async function withShortPath<T>(
  socketPath: string,
  use: (short: string) => Promise<T>,
): Promise<T> {
  if (Buffer.byteLength(socketPath) <= LONGEST_PATH || process.platform !== "linux") {
    return await use(socketPath);
  }
  const folder = fs.openSync(path.dirname(socketPath), fs.constants.O_DIRECTORY);
  try {
    return await use(`/proc/self/fd/${folder}/${path.basename(socketPath)}`);
  } finally {
    fs.closeSync(folder);
  }
}
