/**
 * Pseudo-terminals: pty(7). A master and a slave; the slave is a terminal whose keyboard and screen are the master.
 *
 *   master write ──▶ line discipline ──▶ slave read
 *   master read  ◀── output buffer   ◀── slave write, echo
 */
import {
  HUPCL,
  makedev,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  POLLRDNORM,
  POLLWRNORM,
  UNIX98_PTY_SLAVE_MAJOR,
} from "@kernelet/abi";
import type { FileDescription } from "../../fs/file-description.ts";
import type { Path } from "../../fs/path.ts";
import { Pipe } from "../../fs/pipe/pipe.ts";
import { WaitQueue } from "../../kernel/wait-queue.ts";
import { PtySlaveFile } from "./pty-slave.ts";
import { Tty, type TtySink } from "./tty.ts";

/** Output that waits for the master. */
const OUTPUT_SIZE = 8192;

class SlaveTty extends Tty {
  readonly #pty: Pty;

  constructor(rdev: number, pty: Pty) {
    super(rdev, pty);
    this.#pty = pty;
    this.resetTermios();
  }

  protected override resetTermios(): void {
    super.resetTermios();
    this.termios.cflag &= ~HUPCL; // unix98_pty_init()
  }

  override newFile(path: Path, flags: number): FileDescription {
    return new PtySlaveFile(path, flags, this.#pty);
  }
}

export class Pty implements TtySink {
  readonly index: number;
  readonly tty: Tty;
  readonly output: Pipe = new Pipe();
  /** Woken when the master can read or write. */
  readonly masterQueue: WaitQueue = new WaitQueue();
  /** A new pty's slave cannot be opened until unlockpt(3). */
  isLocked = true;
  /** TIOCPKT: reads of the master begin with a byte that says what follows. */
  isPacketMode = false;
  /** TIOCPKT_* that the master has not yet been told. */
  packetStatus = 0;
  /** Open slaves; -1 before the first: the master's reads wait for it. */
  slaves = -1;

  constructor(index: number) {
    this.index = index;
    this.output.capacity = OUTPUT_SIZE;
    this.tty = new SlaveTty(makedev(UNIX98_PTY_SLAVE_MAJOR, index), this);
  }

  get isSlaveClosed(): boolean {
    return this.slaves === 0;
  }

  slaveOpened(): void {
    this.slaves = Math.max(this.slaves, 0) + 1;
  }

  slaveClosed(): void {
    this.slaves--;
    if (this.slaves === 0) this.masterQueue.wake();
  }

  masterClosed(): void {
    this.tty.isOtherSideClosed = true;
    this.tty.hangUp();
  }

  // TtySink: what the slave writes.

  get room(): number {
    return this.output.room;
  }

  put(bytes: Uint8Array): void {
    this.output.put(bytes, false);
    this.masterQueue.wake(POLLIN | POLLRDNORM);
  }

  flush(): void {
    this.output.take(new Uint8Array(this.output.length));
  }

  inputTaken(): void {
    this.masterQueue.wake(POLLOUT | POLLWRNORM);
  }

  report(status: number, instead: number): void {
    if (!this.isPacketMode) return;
    this.packetStatus = (this.packetStatus & ~instead) | status;
    this.masterQueue.wake(POLLIN | POLLRDNORM | POLLPRI);
  }

  /** poll(2) of the master. */
  pollMaster(): number {
    let events = 0;
    if (this.output.length > 0) events |= POLLIN | POLLRDNORM;
    if (this.isPacketMode && this.packetStatus !== 0) {
      events |= POLLIN | POLLRDNORM | POLLPRI;
    }
    if (this.tty.discipline.room > 0) events |= POLLOUT | POLLWRNORM;
    if (this.isSlaveClosed) events |= POLLHUP;
    return events;
  }
}
