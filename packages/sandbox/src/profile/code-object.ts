/** A file whose code runs in a guest, or memory that is no file's: code that was made at run time. */
import { CallFrames } from "./call-frames.ts";
import { ElfImage, type ReadFile } from "./elf-image.ts";
import { Symbols } from "./symbols.ts";

export class CodeObject {
  /** Path inside, or [anon] and such. */
  readonly name: string;
  readonly #read: ReadFile | undefined;
  #image: ElfImage | undefined;
  #frames: CallFrames | undefined;
  #symbols: Symbols | undefined;
  #isOpen = false;

  /** @param read absent: there is no file. */
  constructor(name: string, read?: ReadFile) {
    this.name = name;
    this.#read = read;
  }

  /** undefined where the file is no ELF file, as all of V8's or Java's code is none. */
  get #elf(): ElfImage | undefined {
    if (!this.#isOpen) {
      this.#isOpen = true;
      this.#image = this.#read === undefined ? undefined : ElfImage.open(this.#read);
    }
    return this.#image;
  }

  get callFrames(): CallFrames | undefined {
    if (this.#frames === undefined && this.#elf !== undefined) {
      this.#frames = new CallFrames(this.#elf);
    }
    return this.#frames;
  }

  /** From a place in the file to the address that its tables speak of. */
  addrOf(off: number): number | undefined {
    return this.#elf?.addrOf(off);
  }

  /** The function's name, and how far into it `off` in the file is. */
  nameOf(off: number): { readonly name: string; readonly into: number } {
    const addr = this.addrOf(off);
    if (this.#symbols === undefined && this.#elf !== undefined) {
      this.#symbols = new Symbols(this.#elf, this.callFrames?.starts() ?? []);
    }
    const found = addr === undefined ? undefined : this.#symbols?.at(addr);
    if (addr === undefined || found === undefined) return { name: "[unknown]", into: off };
    return { name: found.name, into: addr - found.start };
  }
}
