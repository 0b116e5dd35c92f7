/**
 * A terminal: settings, size, line discipline, and the session that it controls. tty_ioctl(4), credentials(7).
 *
 *   keyboard ──receive──▶ line discipline ──▶ read(2)
 *   screen   ◀──sink────  output processor ◀── write(2), echo
 */
import {
  EAGAIN,
  EIO,
  type Errno,
  ICANON,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLRDNORM,
  POLLWRNORM,
  SIGCONT,
  SIGHUP,
  SIGWINCH,
  TIOCPKT_DOSTOP,
  TIOCPKT_FLUSHREAD,
  TIOCPKT_FLUSHWRITE,
  TIOCPKT_NOSTOP,
  TIOCPKT_START,
  TIOCPKT_STOP,
  VMIN,
  VTIME,
} from "@kernelet/abi";
import type { FileDescription } from "../../fs/file-description.ts";
import type { Path } from "../../fs/path.ts";
import type { ControllingTerminal, ProcessGroup, Session } from "../../kernel/session.ts";
import { kernelInfo } from "../../kernel/siginfo.ts";
import { sendToProcess, sendToProcessGroup } from "../../kernel/signal.ts";
import { WaitQueue } from "../../kernel/wait-queue.ts";
import { LineDiscipline, type LineDisciplineHost } from "./line-discipline.ts";
import { MAX_EXPANSION, OutputProcessor } from "./output-processor.ts";
import { Termios } from "./termios.ts";
import { TtyFile } from "./tty-file.ts";

/** Where output goes: the host's terminal, or the master of a pty. */
export interface TtySink {
  /** Bytes that would be taken now. */
  readonly room: number;
  put(bytes: Uint8Array): void;
  /** Drops what has not been delivered. */
  flush(): void;
  /** Input was read: more may come. */
  inputTaken(): void;
  /** Something that a master in packet mode is told: TIOCPKT_*, and which of them are no longer true. */
  report(status: number, instead: number): void;
}

export interface WindowSize {
  readonly rows: number;
  readonly columns: number;
  readonly xPixels: number;
  readonly yPixels: number;
}

export class Tty implements ControllingTerminal, LineDisciplineHost {
  readonly rdev: number;
  readonly termios: Termios = new Termios();
  /** TIOCSLCKTRMIOS: settings that stay. Null until somebody has locked one. */
  lockedTermios: Termios | null = null;
  readonly discipline: LineDiscipline;
  readonly #output: OutputProcessor;
  readonly #sink: TtySink;
  readonly queue: WaitQueue = new WaitQueue();
  foregroundGroup: ProcessGroup | null = null;
  session: Session | null = null;
  windowSize: WindowSize = { rows: 0, columns: 0, xPixels: 0, yPixels: 0 };
  isOutputStopped = false;
  /** The other side is gone: reads give 0 (those that wait EIO if it was a master), writes EIO. */
  isHungUp = false;
  /** The hang-up was a master's close. */
  isOtherSideClosed = false;
  /** How often vhangup(2) has cut off what was open then. */
  hangUps = 0;
  /** TIOCEXCL: further opens give EBUSY. */
  isExclusive = false;
  /** Echo that found no room. */
  #pendingEcho: number[] = [];

  constructor(rdev: number, sink: TtySink) {
    this.rdev = rdev;
    this.#sink = sink;
    this.discipline = new LineDiscipline(this.termios, this);
    this.#output = new OutputProcessor(this.termios);
  }

  /** An open description of this terminal, for /dev/tty; a pty's slave counts them. */
  newFile(path: Path, flags: number): FileDescription {
    return new TtyFile(path, flags, this);
  }

  // Input.

  /** Bytes from the other side. @returns how many were taken. */
  receive(bytes: Uint8Array): number {
    const n = Math.min(bytes.length, this.discipline.room);
    // A signal character may empty the buffer, so go on while there is room.
    this.discipline.receive(bytes.subarray(0, n));
    this.queue.wake(POLLIN | POLLRDNORM);
    return n;
  }

  /** Whether a read would find enough; `min` as VMIN and VTIME say, or 1 for "anything". */
  get isReadable(): boolean {
    if (this.termios.has(ICANON)) return this.discipline.hasLine;
    const min = this.termios.cc[VTIME] === 0 ? Math.max(1, this.termios.cc[VMIN] as number) : 1;
    return this.discipline.available >= min;
  }

  take(into: Uint8Array): number {
    const n = this.termios.has(ICANON)
      ? this.discipline.takeLine(into)
      : this.discipline.takeRaw(into);
    this.#sink.inputTaken();
    return n;
  }

  // Output.

  /** @returns bytes of `from` taken, EAGAIN if there is no room now, EIO after a hang-up. */
  write(from: Uint8Array): number | Errno {
    if (this.isHungUp) return EIO;
    if (this.isOutputStopped) return EAGAIN;
    this.#flushEcho();
    const { room } = this.#sink;
    const out: number[] = [];
    let done = 0;
    while (done < from.length && out.length + MAX_EXPANSION <= room) {
      this.#output.put(from[done] as number, out);
      done++;
    }
    if (done === 0) return EAGAIN;
    this.#sink.put(Uint8Array.from(out));
    return done;
  }

  get isWritable(): boolean {
    return !this.isOutputStopped && this.#sink.room >= MAX_EXPANSION;
  }

  /** The other side took output. */
  outputTaken(): void {
    this.#flushEcho();
    this.queue.wake(POLLOUT | POLLWRNORM);
  }

  echo(bytes: readonly number[]): void {
    for (const c of bytes) this.#output.put(c, this.#pendingEcho);
    this.#flushEcho();
  }

  #flushEcho(): void {
    const n = Math.min(this.#pendingEcho.length, this.#sink.room);
    if (n === 0 || this.isOutputStopped) return;
    this.#sink.put(Uint8Array.from(this.#pendingEcho.splice(0, n)));
  }

  stopOutput(isStopped: boolean): void {
    if (isStopped !== this.isOutputStopped) {
      if (isStopped) this.#sink.report(TIOCPKT_STOP, TIOCPKT_START);
      else this.#sink.report(TIOCPKT_START, TIOCPKT_STOP);
    }
    this.isOutputStopped = isStopped;
    if (!isStopped) this.outputTaken();
  }

  flushOutput(): void {
    this.#pendingEcho = [];
    this.#sink.flush();
    this.#sink.report(TIOCPKT_FLUSHWRITE, 0);
    this.queue.wake(POLLOUT | POLLWRNORM);
  }

  termiosChanged(old: Termios): void {
    if (old.has(ICANON) !== this.termios.has(ICANON)) this.discipline.canonicalChanged();
    const { hasUsualFlowControl } = this.termios;
    if (hasUsualFlowControl !== old.hasUsualFlowControl) {
      const all = TIOCPKT_DOSTOP | TIOCPKT_NOSTOP;
      this.#sink.report(hasUsualFlowControl ? TIOCPKT_DOSTOP : TIOCPKT_NOSTOP, all);
    }
    this.queue.wake();
  }

  flushInput(): void {
    this.discipline.flushInput();
    this.#sink.report(TIOCPKT_FLUSHREAD, 0);
    this.#sink.inputTaken();
  }

  poll(): number {
    let events = 0;
    if (this.isReadable) events |= POLLIN | POLLRDNORM;
    if (this.isHungUp)
      return events | POLLHUP | POLLERR | POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
    if (this.isWritable) events |= POLLOUT | POLLWRNORM;
    return events;
  }

  // Job control.

  signal(signo: number): void {
    if (this.foregroundGroup !== null) sendToProcessGroup(this.foregroundGroup, kernelInfo(signo));
  }

  resize(size: WindowSize): void {
    const old = this.windowSize;
    const isSame =
      old.rows === size.rows &&
      old.columns === size.columns &&
      old.xPixels === size.xPixels &&
      old.yPixels === size.yPixels;
    this.windowSize = size;
    if (!isSame) this.signal(SIGWINCH);
  }

  /** Becomes the controlling terminal of `session`, with `group` in the foreground. */
  control(session: Session, group: ProcessGroup): void {
    this.session = session;
    this.foregroundGroup = group;
    session.terminal = this;
  }

  /** The session's leader gives the terminal up: disassociate_ctty(0). */
  disassociate(): void {
    const group = this.foregroundGroup;
    this.#release();
    if (group === null) return;
    sendToProcessGroup(group, kernelInfo(SIGHUP));
    sendToProcessGroup(group, kernelInfo(SIGCONT));
  }

  /** The session has no terminal any more. */
  #release(): void {
    if (this.session !== null) this.session.terminal = null;
    this.session = null;
    this.foregroundGroup = null;
  }

  /**
   * The line was cut: the other side closed. The session's leader is told; who was in the foreground hears of it when
   * that ends: tty_signal_session_leader().
   */
  hangUp(): void {
    if (this.isHungUp) return;
    this.isHungUp = true;
    this.#tellLeader();
    this.discipline.flushInput();
    this.queue.wake();
  }

  /** vhangup(2): whoever has the terminal open loses it; it can be opened anew, with its first settings. */
  cutOff(): void {
    this.hangUps++;
    this.#tellLeader();
    this.discipline.flushInput();
    this.resetTermios();
    this.queue.wake();
  }

  protected resetTermios(): void {
    this.termios.reset();
  }

  #tellLeader(): void {
    const { session, foregroundGroup } = this;
    this.#release();
    if (session !== null) session.formerForeground = foregroundGroup;
    const leader = session?.leader ?? null;
    if (leader !== null && !leader.isDead) {
      sendToProcess(leader, kernelInfo(SIGHUP));
      sendToProcess(leader, kernelInfo(SIGCONT));
    }
  }
}
