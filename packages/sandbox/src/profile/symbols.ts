/** Names of functions by address, from an ELF file's symbols and, where these are stripped, from its unwind table. */
import { ELF64_SYM, SHN_UNDEF, SHT_DYNSYM, SHT_SYMTAB, STT_FUNC } from "@kernelet/abi";
import { type ElfImage, textAt, viewOf, word } from "./elf-image.ts";

/** GNU's: a function that gives the function to use. */
const STT_GNU_IFUNC = 10;

export interface FunctionName {
  /** Address as linked. */
  readonly start: number;
  readonly name: string;
}

interface SymbolEntry extends FunctionName {
  /** Exclusive; `start` if the file does not say. */
  readonly end: number;
}

export class Symbols {
  /** By address, one of each. */
  readonly #symbols: readonly SymbolEntry[];
  /** Beginnings of functions, in order, whether they have a name or not. */
  readonly #starts: ArrayLike<number>;
  readonly #stubs: readonly { readonly start: number; readonly end: number }[];

  /** @param starts of functions by the file's unwind table, in order */
  constructor(image: ElfImage, starts: ArrayLike<number>) {
    this.#starts = starts;
    this.#stubs = image.sections
      .filter(({ name }) => name.startsWith(".plt"))
      .map(({ addr, size }) => ({ start: addr, end: addr + size }));
    const all = image.sections
      .filter(({ type }) => type === SHT_SYMTAB || type === SHT_DYNSYM)
      .flatMap((section) => readSymbols(image, section.link, image.contents(section)));
    all.sort((a, b) => a.start - b.start || rank(a.name) - rank(b.name) || b.end - a.end);
    this.#symbols = all.filter((one, i) => one.start !== all[i - 1]?.start);
  }

  /** The function that has the code at `addr`, an address as linked. */
  at(addr: number): FunctionName | undefined {
    if (this.#stubs.some(({ start, end }) => addr >= start && addr < end)) {
      return { start: this.#stubs[0]?.start ?? addr, name: "[plt]" };
    }
    const begins = lastNotAbove(this.#starts.length, (i) => this.#starts[i] as number, addr);
    const start = begins < 0 ? undefined : (this.#starts[begins] as number);
    const i = lastNotAbove(this.#symbols.length, (k) => this.#at(k).start, addr);
    const symbol = i < 0 ? undefined : this.#at(i);
    if (symbol !== undefined) {
      const isWithin = addr < symbol.end;
      // Code of the C library's assembly has no size; another function begins after it, as the unwind table knows.
      const isSizeless = symbol.end === symbol.start && symbol.start >= (start ?? symbol.start);
      if (isWithin || isSizeless) return symbol;
    }
    return start === undefined ? undefined : { start, name: `0x${start.toString(16)}` };
  }

  #at(i: number): SymbolEntry {
    return this.#symbols[i] as SymbolEntry;
  }
}

/** Of several names for one place the one that people use: `read` rather than `__libc_read`. */
function rank(name: string): number {
  return /^_*/.exec(name)?.[0].length ?? 0;
}

function readSymbols(image: ElfImage, link: number, table: Uint8Array): SymbolEntry[] {
  const strings = image.sections[link];
  if (strings === undefined) return [];
  const names = image.contents(strings);
  const view = viewOf(table);
  const found: SymbolEntry[] = [];
  for (let at = 0; at + ELF64_SYM.size <= table.length; at += ELF64_SYM.size) {
    const type = view.getUint8(at + ELF64_SYM.st_info) & 15;
    if (type !== STT_FUNC && type !== STT_GNU_IFUNC) continue;
    if (view.getUint16(at + ELF64_SYM.st_shndx, true) === SHN_UNDEF) continue;
    const start = word(view, at + ELF64_SYM.st_value);
    const name = textAt(names, view.getUint32(at + ELF64_SYM.st_name, true));
    const end = start + word(view, at + ELF64_SYM.st_size);
    if (name !== "") found.push({ start, end, name });
  }
  return found;
}

/** The last of `count` rising values that is not above `limit`; -1 if all are. */
export function lastNotAbove(count: number, value: (i: number) => number, limit: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
