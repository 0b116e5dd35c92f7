/** An open slave of a pty. */
import type { Path } from "../../fs/path.ts";
import type { Pty } from "./pty.ts";
import { TtyFile } from "./tty-file.ts";

export class PtySlaveFile extends TtyFile {
  readonly #pty: Pty;

  constructor(path: Path, flags: number, pty: Pty) {
    super(path, flags, pty.tty);
    this.#pty = pty;
    pty.slaveOpened();
  }

  protected override release(): void {
    this.#pty.slaveClosed();
  }
}
