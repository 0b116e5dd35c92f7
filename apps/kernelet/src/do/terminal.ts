/**
 * The person's terminal, while a program of the sandbox uses it. The line discipline of the sandbox's console edits
 * and echoes, so the host's is raw meanwhile; however we end, it is put back as it was.
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import type { ReadStream, WriteStream } from "node:tty";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export class Terminal {
  readonly #output: WriteStream | undefined;
  readonly #input: ReadStream | undefined;
  #isRaw = false;

  constructor() {
    this.#output = [process.stdout, process.stderr].find((stream) => stream.isTTY);
    // Touched only if it is one: what we do not open stays the program's.
    this.#input = process.stdin.isTTY ? process.stdin : undefined;
  }

  /** undefined: neither stdin nor stdout nor stderr is a terminal. */
  get size(): Size | undefined {
    if (this.#output !== undefined) {
      const [columns, rows] = this.#output.getWindowSize();
      return { columns, rows };
    }
    return this.#input === undefined ? undefined : { columns: 80, rows: 24 };
  }

  setRaw(isRaw: boolean): void {
    if (this.#input === undefined || isRaw === this.#isRaw) return;
    this.#input.setRawMode(isRaw);
    this.#isRaw = isRaw;
    // Node's raw mode still turns line feeds into new lines, which programs that draw count on not to happen.
    // Leaving raw mode puts everything back.
    if (isRaw) spawnSync("stty", ["-opost"], { stdio: ["inherit", "ignore", "ignore"] });
  }

  restore(): void {
    this.setRaw(false);
  }
}
