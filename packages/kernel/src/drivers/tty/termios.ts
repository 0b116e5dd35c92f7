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
  NCCS,
  ONLCR,
  OPOST,
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

  /** TCGETS, or with speeds TCGETS2. */
  encode(hasSpeeds: boolean): Uint8Array {
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

  /** TCSETS, or with speeds TCSETS2. */
  decode(bytes: Uint8Array, hasSpeeds: boolean): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    this.iflag = view.getUint32(TERMIOS.c_iflag, true);
    this.oflag = view.getUint32(TERMIOS.c_oflag, true);
    this.cflag = view.getUint32(TERMIOS.c_cflag, true);
    this.lflag = view.getUint32(TERMIOS.c_lflag, true);
    this.line = bytes[TERMIOS.c_line] as number;
    this.cc.set(bytes.subarray(TERMIOS.c_cc, TERMIOS.c_cc + NCCS));
    if (hasSpeeds) {
      this.inputSpeed = view.getUint32(TERMIOS2.c_ispeed, true);
      this.outputSpeed = view.getUint32(TERMIOS2.c_ospeed, true);
    }
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
