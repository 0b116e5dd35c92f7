/**
 * The caller's stdin, stdout and stderr.
 *
 * Input is pulled: nothing is read before the kernel asks, and then one chunk at most, so that what the guest does
 * not want stays for whoever comes after it. Output is written at once; a reader that is slow on a non-blocking
 * descriptor makes EAGAIN, and the kernel is told when to try again.
 */
import fs from "node:fs";
import net from "node:net";
import tty from "node:tty";
import { EAGAIN, ECONNRESET, EPIPE, type Errno } from "@kernelet/abi";
import type { HostLog } from "./host-log.ts";
import { errnoOf } from "./node-errno.ts";
import type { StreamEnd, StreamListener } from "./stream-end.ts";

/** One chunk of input: the size of a pipe. */
const CHUNK = 65_536;
/** Between tries to write to a slow reader: Node cannot wait for a descriptor it did not make a stream of. */
const RETRY_MS = 2;

export class NodeStreams {
  readonly #log: HostLog;
  #listener: StreamListener | null = null;
  /** Pipes, sockets and terminals; null before the first request, and for files. */
  #stdin: net.Socket | null = null;
  #ended = false;
  /** A request has not been answered yet. */
  #isWanted = false;
  readonly #retries: Set<NodeJS.Timeout> = new Set();

  constructor(log: HostLog) {
    this.#log = log;
  }

  listen(listener: StreamListener): void {
    this.#listener = listener;
  }

  isTerminal(stream: number): boolean {
    return tty.isatty(stream);
  }

  /** stdin (0), stdout (1) or stderr (2) alone. */
  end(stream: number): StreamEnd {
    return {
      write: (bytes) => this.#writeOut(stream, bytes),
      request: () => this.#request(),
    };
  }

  /** Asks for one chunk of stdin. */
  #request(): void {
    this.#log.record("requestInput", 0);
    if (this.#ended) {
      setImmediate(() => this.#listener?.input(0, null));
      return;
    }
    this.#isWanted = true;
    if (this.#stdin !== null) {
      this.#stdin.ref();
      this.#stdin.resume();
      return;
    }
    const kind = inputKind();
    if (kind === "file") {
      setImmediate(() => this.#readFile());
      return;
    }
    this.#stdin = this.#openStdin(kind);
  }

  #openStdin(kind: "tty" | "pipe"): net.Socket {
    const onread = {
      buffer: Buffer.alloc(CHUNK),
      callback: (n: number, buffer: Uint8Array): boolean => {
        this.#isWanted = false;
        this.#deliver(buffer.slice(0, n));
        // No more until `resume`, unless the listener has asked for it at once.
        return this.#isWanted;
      },
    };
    const stream =
      kind === "tty"
        ? new tty.ReadStream(0, { onread })
        : new net.Socket({ fd: 0, readable: true, writable: false, onread });
    stream.on("end", () => this.#end());
    // A terminal that was hung up reads as ended.
    stream.on("error", () => this.#end());
    stream.resume();
    return stream;
  }

  #deliver(bytes: Uint8Array): void {
    this.#log.record("input", bytes.length, bytes.length);
    this.#listener?.input(0, bytes);
    // An idle stream must not keep the process alive.
    if (!this.#isWanted) this.#stdin?.unref();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listener?.input(0, null);
  }

  /** A regular file (or /dev/null): reading never waits. */
  #readFile(): void {
    const buffer = new Uint8Array(CHUNK);
    try {
      const n = fs.readSync(0, buffer, 0, CHUNK, null);
      if (n > 0) this.#deliver(buffer.subarray(0, n));
      else this.#end();
    } catch (error) {
      if (errnoOf(error) === EAGAIN) this.#later(() => this.#readFile());
      else this.#end();
    }
  }

  #writeOut(stream: number, bytes: Uint8Array): number {
    const result = this.#write(stream, bytes);
    if (result === EAGAIN) this.#later(() => this.#listener?.writable(stream));
    return this.#log.record(stream === 1 ? "stdout" : "stderr", result, Math.max(result, 0));
  }

  #write(stream: number, bytes: Uint8Array): number | Errno {
    try {
      return fs.writeSync(stream, bytes);
    } catch (error) {
      const errno = errnoOf(error);
      // The caller's pipe may be a socket (Node's are), and say this once when its reader goes with data unread.
      return errno === ECONNRESET ? EPIPE : errno;
    }
  }

  #later(call: () => void): void {
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      call();
    }, RETRY_MS);
    this.#retries.add(timer);
  }

  close(): void {
    for (const timer of this.#retries) clearTimeout(timer);
    this.#stdin?.destroy();
  }
}

function inputKind(): "tty" | "pipe" | "file" {
  if (tty.isatty(0)) return "tty";
  try {
    const stat = fs.fstatSync(0);
    return stat.isFIFO() || stat.isSocket() ? "pipe" : "file";
  } catch {
    return "file"; // Closed: reading will say so.
  }
}
