/** Settings of a terminal: termios(3), and their bytes. */
import {
  B38400,
  CREAD,
  CS8,
  ECHO,
  ECHOCTL,
  ECHOE,
  ECHOK,
  ECHOKE,
  HUPCL,
  ICANON,
  ICRNL,
  IEXTEN,
  ISIG,
  IXON,
  NCC,
  NCCS,
  ONLCR,
  OPOST,
  TERMIO,
  TERMIOS,
  TERMIOS2,
  VDISCARD,
  VEOF,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VMIN,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VWERASE,
} from "@kernelet/abi";

const DEFAULT_SPEED = 38400;

/** A control character that is switched off. */
export const POSIX_VDISABLE = 0;

/** TCGETA, TCGETS and TCGETS2 name one each. */
export type TermiosLayout = "termio" | "termios" | "termios2";

export class Termios {
  /** The defaults of include/linux/tty.h (tty_std_termios). */
  iflag: number = ICRNL | IXON;
  oflag: number = OPOST | ONLCR;
  cflag: number = B38400 | CS8 | CREAD | HUPCL;
  lflag: number = ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | IEXTEN;
  line = 0;
  /** Control characters by V* place. */
  readonly cc: Uint8Array = defaultControlCharacters();
  inputSpeed: number = DEFAULT_SPEED;
  outputSpeed: number = DEFAULT_SPEED;

  has(lflag: number): boolean {
    return (this.lflag & lflag) !== 0;
  }

  /** Ctrl-S and Ctrl-Q stop and start output: what a master in packet mode is told of (pty_set_termios). */
  get hasUsualFlowControl(): boolean {
    return (this.iflag & IXON) !== 0 && this.cc[VSTOP] === 0x13 && this.cc[VSTART] === 0x11;
  }

  /** Nothing set: what is locked in a new terminal. */
  static zero(): Termios {
    const zero = new Termios();
    zero.iflag = zero.oflag = zero.cflag = zero.lflag = 0;
    zero.cc.fill(0);
    return zero;
  }

  /** Back to the defaults. */
  reset(): void {
    this.#assign(new Termios());
  }

  copy(): Termios {
    const copy = new Termios();
    copy.#assign(this);
    return copy;
  }

  #assign(other: Termios): void {
    this.iflag = other.iflag;
    this.oflag = other.oflag;
    this.cflag = other.cflag;
    this.lflag = other.lflag;
    this.line = other.line;
    this.cc.set(other.cc);
    this.inputSpeed = other.inputSpeed;
    this.outputSpeed = other.outputSpeed;
  }

  /** Takes back from `old` what `locked` has set: unset_locked_termios(). */
  keepLocked(old: Termios, locked: Termios | null): void {
    if (locked === null) return;
    const keep = (now: number, before: number, mask: number) =>
      ((now & ~mask) | (before & mask)) >>> 0;
    this.iflag = keep(this.iflag, old.iflag, locked.iflag);
    this.oflag = keep(this.oflag, old.oflag, locked.oflag);
    this.cflag = keep(this.cflag, old.cflag, locked.cflag);
    this.lflag = keep(this.lflag, old.lflag, locked.lflag);
    if (locked.line !== 0) this.line = old.line;
    for (let i = 0; i < NCCS; i++) if (locked.cc[i] !== 0) this.cc[i] = old.cc[i] as number;
  }

  encode(layout: TermiosLayout): Uint8Array {
    if (layout === "termio") return this.#encodeTermio();
    const hasSpeeds = layout === "termios2";
    const bytes = new Uint8Array(hasSpeeds ? TERMIOS2.size : TERMIOS.size);
    const view = new DataView(bytes.buffer);
    view.setUint32(TERMIOS.c_iflag, this.iflag, true);
    view.setUint32(TERMIOS.c_oflag, this.oflag, true);
    view.setUint32(TERMIOS.c_cflag, this.cflag, true);
    view.setUint32(TERMIOS.c_lflag, this.lflag, true);
    bytes[TERMIOS.c_line] = this.line;
    bytes.set(this.cc, TERMIOS.c_cc);
    if (hasSpeeds) {
      view.setUint32(TERMIOS2.c_ispeed, this.inputSpeed, true);
      view.setUint32(TERMIOS2.c_ospeed, this.outputSpeed, true);
    }
    return bytes;
  }

  #encodeTermio(): Uint8Array {
    const bytes = new Uint8Array(TERMIO.size);
    const view = new DataView(bytes.buffer);
    view.setUint16(TERMIO.c_iflag, this.iflag, true);
    view.setUint16(TERMIO.c_oflag, this.oflag, true);
    view.setUint16(TERMIO.c_cflag, this.cflag, true);
    view.setUint16(TERMIO.c_lflag, this.lflag, true);
    bytes[TERMIO.c_line] = this.line;
    bytes.set(this.cc.subarray(0, NCC), TERMIO.c_cc);
    return bytes;
  }

  decode(bytes: Uint8Array, layout: TermiosLayout): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    if (layout === "termio") {
      this.#decodeTermio(bytes, view);
      return;
    }
    this.iflag = view.getUint32(TERMIOS.c_iflag, true);
    this.oflag = view.getUint32(TERMIOS.c_oflag, true);
    this.cflag = view.getUint32(TERMIOS.c_cflag, true);
    this.lflag = view.getUint32(TERMIOS.c_lflag, true);
    this.line = bytes[TERMIOS.c_line] as number;
    this.cc.set(bytes.subarray(TERMIOS.c_cc, TERMIOS.c_cc + NCCS));
    if (layout === "termios2") {
      this.inputSpeed = view.getUint32(TERMIOS2.c_ispeed, true);
      this.outputSpeed = view.getUint32(TERMIOS2.c_ospeed, true);
    }
  }

  /** What the small layout has no room for stays: user_termio_to_kernel_termios(). */
  #decodeTermio(bytes: Uint8Array, view: DataView): void {
    const low = (old: number, off: number) =>
      ((old & 0xffff0000) | view.getUint16(off, true)) >>> 0;
    this.iflag = low(this.iflag, TERMIO.c_iflag);
    this.oflag = low(this.oflag, TERMIO.c_oflag);
    this.cflag = low(this.cflag, TERMIO.c_cflag);
    this.lflag = low(this.lflag, TERMIO.c_lflag);
    this.line = bytes[TERMIO.c_line] as number;
    this.cc.set(bytes.subarray(TERMIO.c_cc, TERMIO.c_cc + NCC));
  }
}

function control(letter: string): number {
  return letter.charCodeAt(0) & 0x1f;
}

function defaultControlCharacters(): Uint8Array {
  const cc = new Uint8Array(NCCS);
  cc[VINTR] = control("C");
  cc[VQUIT] = control("\\");
  cc[VERASE] = 0x7f;
  cc[VKILL] = control("U");
  cc[VEOF] = control("D");
  cc[VMIN] = 1;
  cc[VSTART] = control("Q");
  cc[VSTOP] = control("S");
  cc[VSUSP] = control("Z");
  cc[VREPRINT] = control("R");
  cc[VDISCARD] = control("O");
  cc[VWERASE] = control("W");
  cc[VLNEXT] = control("V");
  return cc;
}
