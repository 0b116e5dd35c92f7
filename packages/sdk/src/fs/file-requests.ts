/** Asks a sandbox about files: absolute paths go in, errors as node:fs has them come out. */
import type { ArgsOf, Connection, Op, ValueOf } from "@kernelet/sandbox";
import { InvalidArgumentError } from "../errors.ts";
import { fileError } from "./file-error.ts";

export class FileRequests {
  readonly #sandbox: Pick<Connection, "ask">;
  readonly #sandboxId: string;

  constructor(sandbox: Pick<Connection, "ask">, sandboxId: string) {
    this.#sandbox = sandbox;
    this.#sandboxId = sandboxId;
  }

  async ask<O extends Op>(
    op: O,
    path: string,
    args: ArgsOf<O>,
    syscall: string = op,
    dest?: string,
  ): Promise<ValueOf<O>> {
    const { value } = await this.askWith(op, path, args, undefined, syscall, dest);
    return value;
  }

  async askWith<O extends Op>(
    op: O,
    path: string,
    args: ArgsOf<O>,
    bytes?: Uint8Array,
    syscall: string = op,
    dest?: string,
  ): Promise<{ readonly value: ValueOf<O>; readonly bytes: Uint8Array }> {
    checkPath(op === "symlink" ? (dest ?? "") : path);
    if (dest !== undefined) checkPath(dest);
    try {
      return await this.#sandbox.ask(op, args, bytes);
    } catch (error) {
      const about = { syscall, path, ...(dest === undefined ? {} : { dest }) };
      throw fileError(error, this.#sandboxId, about);
    }
  }

  /** Bytes of an open file, which is closed if they cannot be had. */
  async readOrClose(path: string, args: ArgsOf<"read">): Promise<Uint8Array> {
    try {
      return (await this.askWith("read", path, args)).bytes;
    } catch (error) {
      // Why it cannot be read says more than why it cannot be closed.
      await this.ask("close", path, { handle: args.handle }).catch(() => {});
      throw error;
    }
  }
}

/** @throws InvalidArgumentError */
export function checkPath(path: string): void {
  if (!path.startsWith("/")) throw new InvalidArgumentError("path", `'${path}' is not absolute`);
  if (path.includes("\0")) throw new InvalidArgumentError("path", "has a NUL in it");
}
