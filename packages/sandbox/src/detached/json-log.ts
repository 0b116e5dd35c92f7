/**
 * The log of a detached sandbox, in the format of Docker's json-file: a line for each line of output, and for each piece of
 * one that is long,
 *
 *   {"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.678901234Z"}
 */
/** As Docker cuts lines. */
const LONGEST_PIECE = 16 * 1024;
const NEWLINE = 0x0a;

export type LogStream = "stdout" | "stderr";

export interface LogParts {
  readonly realtimeMs: () => number;
  readonly append: (bytes: Uint8Array) => void;
}

export class JsonLog {
  readonly #parts: LogParts;
  readonly #lines: Readonly<Record<LogStream, PartialLine>> = {
    stdout: new PartialLine(),
    stderr: new PartialLine(),
  };

  constructor(parts: LogParts) {
    this.#parts = parts;
  }

  write(stream: LogStream, bytes: Uint8Array): void {
    const pieces = this.#lines[stream].push(bytes);
    if (pieces.length > 0) this.#append(stream, pieces);
  }

  /** No more comes: what has no end of line yet is written as it is. */
  end(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const rest = this.#lines[stream].rest();
      if (rest !== "") this.#append(stream, [rest]);
    }
  }

  #append(stream: LogStream, pieces: readonly string[]): void {
    const time = formatTime(this.#parts.realtimeMs());
    const lines = pieces.map((log) => `${JSON.stringify({ log, stream, time })}\n`).join("");
    this.#parts.append(new TextEncoder().encode(lines));
  }
}

/** The beginning of a line whose end has not come. */
class PartialLine {
  #decoder = new TextDecoder();
  #bytes = 0;
  #text = "";

  /** @returns what can be written: whole lines, and pieces of long ones. */
  push(bytes: Uint8Array): string[] {
    const pieces: string[] = [];
    let from = 0;
    while (from < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, from);
      const most = from + LONGEST_PIECE - this.#bytes;
      const end = Math.min(newline < 0 ? bytes.length : newline + 1, most);
      this.#text += this.#decoder.decode(bytes.subarray(from, end), { stream: true });
      this.#bytes += end - from;
      if (bytes[end - 1] === NEWLINE || this.#bytes >= LONGEST_PIECE) pieces.push(this.#take());
      from = end;
    }
    return pieces;
  }

  rest(): string {
    this.#text += this.#decoder.decode();
    return this.#take();
  }

  #take(): string {
    const text = this.#text;
    this.#text = "";
    this.#bytes = 0;
    return text;
  }
}

/** RFC 3339 with nanoseconds, as Go writes it. */
export function formatTime(ms: number): string {
  const whole = Math.floor(ms);
  const nanoseconds = Math.floor((ms - whole) * 1e6);
  const text = new Date(whole).toISOString();
  return `${text.slice(0, -1)}${String(nanoseconds).padStart(6, "0")}Z`;
}
