/**
 * The files of a log, one after the other: when one has its size, the next is emptied and written to, and after the last the
 * first again. Renaming them, as others do, would take a right to open files; these were opened before.
 *
 * The first line of each says how many came before it, so that readers know their order. To others it is an entry without text:
 *
 *   {"log":"","stream":"stdout","attrs":{"sequence":"7"},"time":"2026-01-02T03:04:05.678901234Z"}
 *
 * What cannot be written, as on a full disk, is lost, and nothing of it is left: the program goes on.
 */
import { isErrno } from "@kernelet/abi";
import type { LogSpec } from "../protocol.ts";
import { formatTime } from "./json-log.ts";

/** What is done to an open file. */
export interface LogHost {
  readonly realtimeMs: () => number;
  /** @returns how many bytes, all of them; or an errno, and then perhaps some were written. */
  readonly append: (fd: number, bytes: Uint8Array) => number;
  readonly size: (fd: number) => number;
  /** @returns 0, or an errno. */
  readonly truncate: (fd: number, size: number) => number;
}

export class LogFiles {
  readonly #spec: LogSpec;
  readonly #host: LogHost;
  #index = 0;
  #sequence: number;
  /** Of the file that is written to. */
  #size: number;

  constructor(spec: LogSpec, host: LogHost) {
    this.#spec = spec;
    this.#host = host;
    this.#sequence = spec.sequence;
    const [first] = spec.fds;
    this.#size = first === undefined ? 0 : host.size(first);
  }

  get #fd(): number | undefined {
    return this.#spec.fds[this.#index];
  }

  append(bytes: Uint8Array): void {
    const { maxBytes } = this.#spec;
    if (this.#fd === undefined) return;
    if (maxBytes !== null && this.#size > 0 && this.#size + bytes.length > maxBytes) this.#rotate();
    if (this.#size === 0 && !this.#write(this.#header())) return;
    this.#write(bytes);
  }

  #rotate(): void {
    const next = (this.#index + 1) % this.#spec.fds.length;
    // It stays with this one if the next cannot be had.
    if (this.#host.truncate(this.#spec.fds[next] as number, 0) !== 0) return;
    this.#index = next;
    this.#sequence++;
    this.#size = 0;
  }

  #header(): Uint8Array {
    return new TextEncoder().encode(
      formatLogHeader(this.#sequence, formatTime(this.#host.realtimeMs())),
    );
  }

  /** @returns whether all of it is there; else nothing of it is. */
  #write(bytes: Uint8Array): boolean {
    const fd = this.#fd as number;
    if (isErrno(this.#host.append(fd, bytes))) {
      this.#host.truncate(fd, this.#size);
      return false;
    }
    this.#size += bytes.length;
    return true;
  }
}

/** Longest first line. */
export const MAX_LOG_HEADER = 256;

function formatLogHeader(sequence: number, time: string): string {
  const attrs = { sequence: String(sequence) };
  return `${JSON.stringify({ log: "", stream: "stdout", attrs, time })}\n`;
}

/**
 * @param start the first `MAX_LOG_HEADER` bytes of a file, or all that there are.
 * @returns null: the file is empty, or its first line is being written. A file without such a line has the number 0.
 */
export function parseLogHeader(
  start: Uint8Array,
): { readonly sequence: number; readonly length: number } | null {
  const end = start.indexOf(0x0a);
  if (end < 0) return start.length < MAX_LOG_HEADER ? null : { sequence: 0, length: 0 };
  try {
    const line: unknown = JSON.parse(new TextDecoder().decode(start.subarray(0, end)));
    const { attrs } = line as { readonly attrs?: { readonly sequence?: unknown } };
    const sequence = Number(attrs?.sequence);
    if (Number.isSafeInteger(sequence)) return { sequence, length: end + 1 };
  } catch {
    // Somebody else has written it.
  }
  return { sequence: 0, length: 0 };
}
