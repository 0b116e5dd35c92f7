/** Output of a terminal between write(2) and the wire: OPOST and its kind (termios(3), n_tty.c do_output_char). */
import { IUTF8, OCRNL, OLCUC, ONLCR, ONLRET, ONOCR, OPOST, TABDLY, XTABS } from "@kernelet/abi";
import type { Termios } from "./termios.ts";

const NL = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const BS = 0x08;

/** The most bytes that one byte becomes: a tab. */
export const MAX_EXPANSION = 8;

export class OutputProcessor {
  readonly #termios: Termios;
  /** Where the cursor is in its line: for tabs, and for erasing them. */
  column = 0;

  constructor(termios: Termios) {
    this.#termios = termios;
  }

  /** Appends what `c` becomes to `out`. */
  put(c: number, out: number[]): void {
    const { oflag, iflag } = this.#termios;
    if ((oflag & OPOST) === 0) {
      out.push(c);
      return;
    }
    switch (c) {
      case NL:
        if ((oflag & (ONLCR | ONLRET)) !== 0) this.column = 0;
        if ((oflag & ONLCR) !== 0) out.push(CR);
        out.push(NL);
        return;
      case CR:
        if ((oflag & ONOCR) !== 0 && this.column === 0) return;
        // As a newline it moves the cursor only where a newline is a return.
        if ((oflag & OCRNL) === 0 || (oflag & ONLRET) !== 0) this.column = 0;
        out.push((oflag & OCRNL) !== 0 ? NL : CR);
        return;
      case TAB: {
        const spaces = 8 - (this.column & 7);
        this.column += spaces;
        if ((oflag & TABDLY) !== XTABS) out.push(TAB);
        else for (let i = 0; i < spaces; i++) out.push(0x20);
        return;
      }
      case BS:
        if (this.column > 0) this.column--;
        out.push(BS);
        return;
      default:
        if (isControl(c)) {
          out.push(c);
          return;
        }
        if ((iflag & IUTF8) === 0 || (c & 0xc0) !== 0x80) this.column++;
        out.push((oflag & OLCUC) !== 0 ? toUpper(c) : c);
    }
  }
}

function isControl(c: number): boolean {
  return c < 0x20 || c === 0x7f;
}

/** As the kernel's own table of characters has it: Latin-1, where 0xdf is a lower letter too. */
function toUpper(c: number): number {
  const isLower = (c >= 0x61 && c <= 0x7a) || (c >= 0xdf && c !== 0xf7);
  return isLower ? c - 0x20 : c;
}
