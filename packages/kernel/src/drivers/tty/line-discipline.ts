/**
 * The line discipline N_TTY: what happens between the keys and read(2). termios(3), drivers/tty/n_tty.c.
 *
 *   receive ──▶ signals, flow control, CR/NL ──▶ [line being edited] ── NL, EOF, EOL ──▶ [ready] ──▶ read
 *                                        raw ──────────────────────────────────────────▶ [ready]
 *
 * In canonical mode `ready` is made of lines, and a read takes one line at most.
 */
import {
  ECHO,
  ECHOCTL,
  ECHOE,
  ECHOK,
  ECHOKE,
  ECHONL,
  ECHOPRT,
  ICANON,
  ICRNL,
  IEXTEN,
  IGNCR,
  INLCR,
  ISIG,
  ISTRIP,
  IUCLC,
  IUTF8,
  IXANY,
  IXON,
  NOFLSH,
  SIGINT,
  SIGQUIT,
  SIGTSTP,
  VEOF,
  VEOL,
  VEOL2,
  VERASE,
  VINTR,
  VKILL,
  VLNEXT,
  VQUIT,
  VREPRINT,
  VSTART,
  VSTOP,
  VSUSP,
  VWERASE,
} from "@kernelet/abi";
import { POSIX_VDISABLE, type Termios } from "./termios.ts";

/** Bytes that may wait to be read (N_TTY_BUF_SIZE); a line cannot be longer. */
const INPUT_SIZE = 4096;

const NL = 0x0a;
const CR = 0x0d;
const BS = 0x08;
const TAB = 0x09;
const DEL = 0x7f;

/** What the discipline asks of its terminal. */
export interface LineDisciplineHost {
  /** Bytes to be shown as if written, with output processing. */
  echo(bytes: readonly number[]): void;
  /** To the foreground process group. */
  signal(signo: number): void;
  /** Ctrl-S and Ctrl-Q. */
  stopOutput(isStopped: boolean): void;
  /** Output that has not gone out is dropped: after a signal without NOFLSH. */
  flushOutput(): void;
  readonly isOutputStopped: boolean;
}

export class LineDiscipline {
  readonly #termios: Termios;
  readonly #host: LineDisciplineHost;
  /** The line being edited. */
  #edit: number[] = [];
  /** Complete input. In canonical mode `#lines` says how it is divided. */
  #ready: number[] = [];
  /** Length of each line in `#ready`; 0 is an end of file. */
  #lines: number[] = [];
  /** ECHOPRT: erased characters are being printed, after a backslash. */
  #isErasing = false;
  /** The next character is taken as it is: after VLNEXT. */
  #isLiteral = false;

  constructor(termios: Termios, host: LineDisciplineHost) {
    this.#termios = termios;
    this.#host = host;
  }

  /** How many bytes may come. In canonical mode always some, or the line could never be ended. */
  get room(): number {
    const room = INPUT_SIZE - this.#ready.length - this.#edit.length;
    return Math.max(room, this.#termios.has(ICANON) && this.#lines.length === 0 ? 1 : 0);
  }

  /** Bytes that a read could take now: FIONREAD. */
  get available(): number {
    if (!this.#termios.has(ICANON)) return this.#ready.length;
    return this.#lines.reduce((sum, line) => sum + line, 0);
  }

  /** Whether there is a line, or an end of file. */
  get hasLine(): boolean {
    return this.#lines.length > 0;
  }

  flushInput(): void {
    this.#edit = [];
    this.#ready = [];
    this.#lines = [];
    this.#isLiteral = false;
    this.#isErasing = false;
  }

  /** ICANON was switched: what was typed so far is input all the same. */
  canonicalChanged(): void {
    const isCanonical = this.#termios.has(ICANON);
    this.#ready.push(...this.#edit);
    this.#edit = [];
    this.#lines = isCanonical && this.#ready.length > 0 ? [this.#ready.length] : [];
  }

  /** Takes input for a canonical reader: one line or part of it. An end of file gives 0 and is used up. */
  takeLine(into: Uint8Array): number {
    const line = this.#lines[0];
    if (line === undefined) return 0;
    const n = Math.min(line, into.length);
    this.#take(into, n);
    if (n === line) this.#lines.shift();
    else this.#lines[0] = line - n;
    return n;
  }

  /** Takes input for a raw reader. */
  takeRaw(into: Uint8Array): number {
    const n = Math.min(this.#ready.length, into.length);
    this.#take(into, n);
    return n;
  }

  #take(into: Uint8Array, n: number): void {
    for (let i = 0; i < n; i++) into[i] = this.#ready[i] as number;
    this.#ready.splice(0, n);
  }

  /** Bytes from the keyboard or the master. */
  receive(bytes: Uint8Array): void {
    for (const b of bytes) this.#receive(b);
  }

  #is(c: number, place: number): boolean {
    const key = this.#termios.cc[place];
    return key === c && c !== POSIX_VDISABLE;
  }

  #receive(byte: number): void {
    const { iflag } = this.#termios;
    let c = (iflag & ISTRIP) !== 0 ? byte & 0x7f : byte;
    if ((iflag & IUCLC) !== 0 && this.#termios.has(IEXTEN) && c >= 0x41 && c <= 0x5a) c += 0x20;
    if (this.#isLiteral) {
      this.#isLiteral = false;
      this.#type(c);
      return;
    }
    if (this.#controlFlow(c) || this.#sendSignal(c)) return;
    if (c === CR) {
      if ((iflag & IGNCR) !== 0) return;
      if ((iflag & ICRNL) !== 0) c = NL;
    } else if (c === NL && (iflag & INLCR) !== 0) {
      c = CR;
    }
    if (this.#termios.has(ICANON)) this.#edited(c);
    else this.#type(c);
  }

  /** @returns whether `c` was a flow control character. */
  #controlFlow(c: number): boolean {
    const { iflag } = this.#termios;
    if ((iflag & IXON) === 0) return false;
    if (this.#is(c, VSTART)) {
      this.#host.stopOutput(false);
      return true;
    }
    if (this.#is(c, VSTOP)) {
      this.#host.stopOutput(true);
      return true;
    }
    if ((iflag & IXANY) !== 0 && this.#host.isOutputStopped) this.#host.stopOutput(false);
    return false;
  }

  /** @returns whether `c` was a signal character. */
  #sendSignal(c: number): boolean {
    if (!this.#termios.has(ISIG)) return false;
    const signo = this.#is(c, VINTR)
      ? SIGINT
      : this.#is(c, VQUIT)
        ? SIGQUIT
        : this.#is(c, VSUSP)
          ? SIGTSTP
          : 0;
    if (signo === 0) return false;
    if (!this.#termios.has(NOFLSH)) {
      this.flushInput();
      this.#host.flushOutput();
    }
    if (this.#host.isOutputStopped) this.#host.stopOutput(false);
    if (this.#termios.has(ECHO)) this.#echo(c);
    this.#host.signal(signo);
    return true;
  }

  /** A character in canonical mode. */
  #edited(c: number): void {
    if (!this.#editKey(c) && !this.#lineEnd(c)) this.#type(c);
  }

  /** @returns whether `c` was a key that changes the line. */
  #editKey(c: number): boolean {
    const t = this.#termios;
    const isExtended = t.has(IEXTEN);
    if (this.#is(c, VERASE)) {
      this.#erase();
    } else if (this.#is(c, VKILL)) {
      this.#kill(c);
    } else if (isExtended && this.#is(c, VWERASE)) {
      this.#eraseWord();
    } else if (isExtended && this.#is(c, VLNEXT)) {
      this.#isLiteral = true;
      if (t.has(ECHO)) this.#finishErasing();
      if (t.has(ECHO) && t.has(ECHOCTL)) this.#host.echo([0x5e, BS]);
    } else if (isExtended && this.#is(c, VREPRINT) && t.has(ECHO)) {
      this.#reprint(c);
    } else {
      return false;
    }
    return true;
  }

  /** @returns whether `c` ended the line. */
  #lineEnd(c: number): boolean {
    const t = this.#termios;
    if (c === NL) {
      if (t.has(ECHO) || t.has(ECHONL)) this.#host.echo([NL]);
      this.#endLine(NL);
    } else if (this.#is(c, VEOF)) {
      this.#endLine(null);
    } else if (this.#is(c, VEOL) || (t.has(IEXTEN) && this.#is(c, VEOL2))) {
      if (t.has(ECHO)) this.#echo(c);
      this.#endLine(c);
    } else {
      return false;
    }
    return true;
  }

  /** An ordinary character. */
  #type(c: number): void {
    const isCanonical = this.#termios.has(ICANON);
    if (this.#edit.length + this.#ready.length >= INPUT_SIZE - 1) {
      return; // Nobody reads: what is typed is lost, as in Linux.
    }
    if (this.#termios.has(ECHO)) {
      this.#finishErasing();
      this.#echo(c);
    }
    (isCanonical ? this.#edit : this.#ready).push(c);
  }

  #endLine(last: number | null): void {
    if (last !== null) this.#edit.push(last);
    this.#ready.push(...this.#edit);
    this.#lines.push(this.#edit.length);
    this.#edit = [];
  }

  #echo(c: number): void {
    this.#host.echo(this.#shown(c));
  }

  /** How a character is echoed: control characters as ^X. */
  #shown(c: number): number[] {
    if (this.#isShownAsControl(c)) return [0x5e, c ^ 0x40];
    return [c];
  }

  #isShownAsControl(c: number): boolean {
    return this.#termios.has(ECHOCTL) && (c < 0x20 || c === DEL) && c !== TAB && c !== NL;
  }

  /** Takes the last character out, with all bytes of its UTF-8 sequence. @returns its first byte. */
  #dropLast(): number {
    const isUtf8 = (this.#termios.iflag & IUTF8) !== 0;
    let c = this.#edit.pop() as number;
    while (isUtf8 && (c & 0xc0) === 0x80 && this.#edit.length > 0) c = this.#edit.pop() as number;
    return c;
  }

  #erase(): void {
    if (this.#edit.length === 0) return;
    const c = this.#dropLast();
    const t = this.#termios;
    if (!t.has(ECHO)) return;
    if (t.has(ECHOE) || t.has(ECHOPRT)) this.#wipe(c);
    else this.#echo(t.cc[VERASE] as number);
    if (this.#edit.length === 0) this.#finishErasing();
  }

  /** ECHOPRT: what was erased ends with a slash. */
  #finishErasing(): void {
    if (!this.#isErasing) return;
    this.#isErasing = false;
    this.#host.echo([0x2f]);
  }

  /** Takes a character off the screen, or, on paper, prints it once more. */
  #wipe(c: number): void {
    if (this.#termios.has(ECHOPRT)) {
      if (!this.#isErasing) this.#host.echo([0x5c]);
      this.#isErasing = true;
      this.#echo(c);
      return;
    }
    if (c === TAB) {
      this.#host.echo(new Array<number>(this.#tabWidth()).fill(BS));
      return;
    }
    const width = this.#isShownAsControl(c) ? 2 : c < 0x20 ? 0 : 1;
    for (let i = 0; i < width; i++) this.#host.echo([BS, 0x20, BS]);
  }

  /** Columns that a tab at the end of the line took; the line is taken to start at column 0. */
  #tabWidth(): number {
    let column = 0;
    for (const c of this.#edit) {
      if (c === TAB) column += 8 - (column & 7);
      else column += this.#isShownAsControl(c) ? 2 : (c & 0xc0) === 0x80 ? 0 : 1;
    }
    return 8 - (column & 7);
  }

  #eraseWord(): void {
    const isWord = (c: number): boolean => /[\p{L}\p{N}_]/u.test(String.fromCharCode(c));
    let hasSeenWord = false;
    while (this.#edit.length > 0) {
      const last = this.#edit.at(-1) as number;
      if (isWord(last)) hasSeenWord = true;
      else if (hasSeenWord) break;
      const c = this.#dropLast();
      if (this.#termios.has(ECHO)) this.#wipe(c);
    }
    if (this.#edit.length === 0) this.#finishErasing();
  }

  #kill(key: number): void {
    const t = this.#termios;
    if (t.has(ECHO) && t.has(ECHOK) && t.has(ECHOKE) && t.has(ECHOE)) {
      while (this.#edit.length > 0) this.#wipe(this.#dropLast());
      this.#finishErasing();
      return;
    }
    this.#edit = [];
    if (!t.has(ECHO)) return;
    this.#finishErasing();
    this.#echo(key);
    if (t.has(ECHOK)) this.#host.echo([NL]);
  }

  #reprint(key: number): void {
    this.#finishErasing();
    this.#echo(key);
    this.#host.echo([NL]);
    for (const c of this.#edit) this.#echo(c);
  }
}
