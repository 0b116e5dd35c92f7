/**
 * How to get from a function's frame to its caller's: .eh_frame and .eh_frame_hdr (Linux Standard Base Core, 10.6; DWARF 5, 6.4).
 * Compilers write it for all code, stripped or not, and with or without a frame pointer.
 *
 * Of the registers only rsp and rbp are followed: no more is needed to find return addresses.
 */
import { ByteReader } from "./byte-reader.ts";
import { type ElfImage, viewOf } from "./elf-image.ts";
import { lastNotAbove } from "./symbols.ts";

/** DWARF's numbers of registers. */
export const DWARF_RBP = 6;
export const DWARF_RSP = 7;
const DWARF_RA = 16;

/** pcrel|sdata4, udata4, datarel|sdata4: what all linkers write. */
const HEADER_ENCODINGS = 0x3b_03_1b;
const PC_REL_SDATA4 = 0x1b;
const HEADER_SIZE = 12;
/** A description with its instructions; longer ones are read up to here. */
const MAX_ENTRY = 4096;
const MAX_RULES = 65_536;

/** Where a frame's caller is found. The canonical frame address (CFA) is what rsp is in the caller after the return. */
export interface FrameRule {
  /** CFA = register + offset; where `isMemory`, what is in memory there. */
  readonly register: number;
  readonly offset: number;
  readonly isMemory: boolean;
  /** The CFA is 8 larger in the last part of each entry of 16 bytes: a PLT. */
  readonly isStub: boolean;
  /** Return address and the caller's rbp, from the CFA; undefined: it is still in rbp. */
  readonly returnAt: number;
  readonly rbpAt: number | undefined;
}

/** No caller: the outermost frame says so, or we can't tell. */
export type Outermost = "outermost";

interface Entry {
  readonly codeAlign: number;
  readonly dataAlign: number;
  readonly initial: Uint8Array;
  readonly hasAugmentation: boolean;
  readonly isSignalFrame: boolean;
}

export class CallFrames {
  readonly #image: ElfImage;
  /** Address of .eh_frame_hdr, to which its table is relative. */
  readonly #base: number = 0;
  readonly #table: DataView = new DataView(new ArrayBuffer(0));
  readonly #count: number = 0;
  readonly #rules: Map<number, FrameRule | Outermost> = new Map();
  readonly #entries: Map<number, Entry | undefined> = new Map();

  constructor(image: ElfImage) {
    this.#image = image;
    const header = image.unwindHeader;
    if (header === undefined) return;
    const bytes = image.contents(header);
    if (bytes.length < HEADER_SIZE || bytes[0] !== 1) return;
    const view = viewOf(bytes);
    if (view.getUint32(0, true) >>> 8 !== HEADER_ENCODINGS) return;
    this.#base = header.addr;
    this.#table = viewOf(bytes.subarray(HEADER_SIZE));
    this.#count = Math.min(view.getUint32(8, true), Math.floor(this.#table.byteLength / 8));
  }

  /** Where functions begin, in order. */
  starts(): Float64Array {
    return Float64Array.from({ length: this.#count }, (_, i) => this.#startOf(i));
  }

  #startOf(i: number): number {
    return this.#base + this.#table.getInt32(8 * i, true);
  }

  /** The rule at `addr`, an address as linked; undefined where the file has none. */
  ruleAt(addr: number): FrameRule | Outermost | undefined {
    const known = this.#rules.get(addr);
    if (known !== undefined) return known;
    const i = lastNotAbove(this.#count, (k) => this.#startOf(k), addr);
    if (i < 0) return undefined;
    const rule = this.#describe(this.#base + this.#table.getInt32(8 * i + 4, true), addr);
    if (rule !== undefined && this.#rules.size < MAX_RULES) this.#rules.set(addr, rule);
    return rule;
  }

  /** @param at address of the function's description (FDE) */
  #describe(at: number, addr: number): FrameRule | Outermost | undefined {
    const off = this.#image.offOf(at);
    if (off === undefined) return undefined;
    const { r, end } = this.#open(off);
    const common = this.#commonAt(off + 4 - r.u32());
    if (common === undefined) return undefined;
    const start = at + 8 + r.i32();
    if (addr >= start + r.u32()) return undefined;
    if (common.isSignalFrame) return "outermost";
    if (common.hasAugmentation) r.bytes(r.uleb());
    return run(common, r.bytes(Math.max(0, end - r.at)), addr - start, addr);
  }

  /** An entry past its length, and where it ends. */
  #open(off: number): { readonly r: ByteReader; readonly end: number } {
    const length = new ByteReader(this.#image.read(off, 4)).u32();
    const r = new ByteReader(this.#image.read(off, Math.min(4 + length, MAX_ENTRY)), 4);
    return { r, end: Math.min(4 + length, MAX_ENTRY) };
  }

  #commonAt(off: number): Entry | undefined {
    if (!this.#entries.has(off)) this.#entries.set(off, this.#readCommon(off));
    return this.#entries.get(off);
  }

  /** What descriptions of several functions have in common (CIE). */
  #readCommon(off: number): Entry | undefined {
    const { r, end } = this.#open(off);
    if (r.u32() !== 0) return undefined;
    const version = r.u8();
    const augmentation = r.text();
    const codeAlign = r.uleb();
    const dataAlign = r.sleb();
    const returnRegister = version === 1 ? r.u8() : r.uleb();
    if (returnRegister !== DWARF_RA) return undefined;
    const hasAugmentation = augmentation.startsWith("z");
    if (hasAugmentation) {
      const length = r.uleb();
      const after = r.at + length;
      if (pointerEncoding(r, augmentation.slice(1)) !== PC_REL_SDATA4) return undefined;
      r.at = after;
    }
    const isSignalFrame = augmentation.includes("S");
    const initial = r.bytes(Math.max(0, end - r.at));
    return { codeAlign, dataAlign, initial, hasAugmentation, isSignalFrame };
  }
}

/** Encoding of a description's addresses, by the letters that stand for what augmentation data has. */
function pointerEncoding(r: ByteReader, letters: string): number | undefined {
  for (const letter of letters) {
    if (letter === "R") return r.u8();
    if (letter === "L") r.u8();
    else if (letter === "P") r.bytes((r.u8() & 7) === 4 ? 8 : 4);
    else if (letter !== "S" && letter !== "B") return undefined;
  }
  return undefined;
}

/** What the instructions have said so far. */
interface Row {
  register: number;
  offset: number;
  isMemory: boolean;
  isStub: boolean;
  returnAt: number | undefined;
  rbpAt: number | undefined;
  isOutermost: boolean;
}

/** @param distance from the function's beginning */
function run(
  common: Entry,
  program: Uint8Array,
  distance: number,
  addr: number,
): FrameRule | Outermost | undefined {
  const row: Row = {
    ...{ register: DWARF_RSP, offset: 8, isMemory: false, isStub: false },
    ...{ returnAt: undefined, rbpAt: undefined, isOutermost: false },
  };
  if (!interpret(common, common.initial, Number.POSITIVE_INFINITY, row, row)) return undefined;
  if (!interpret(common, program, distance, row, { ...row })) return undefined;
  if (row.isOutermost) return "outermost";
  if (row.register !== DWARF_RBP && row.register !== DWARF_RSP) return undefined;
  if (row.returnAt === undefined) return undefined;
  const isLate = row.isStub && (addr & 15) >= 11;
  const { register, isMemory, isStub, returnAt, rbpAt } = row;
  return { register, offset: row.offset + (isLate ? 8 : 0), isMemory, isStub, returnAt, rbpAt };
}

/**
 * Runs instructions up to the code `distance` bytes into the function.
 * @param initial the row that "restore" goes back to
 * @returns false where something is said that we do not understand
 */
function interpret(
  { codeAlign, dataAlign }: Entry,
  program: Uint8Array,
  distance: number,
  row: Row,
  initial: Row,
): boolean {
  const r = new ByteReader(program);
  const saved: Row[] = [];
  let at = 0;
  const store = (register: number, offset: number | undefined): void => {
    if (register === DWARF_RA) row.returnAt = offset;
    else if (register === DWARF_RBP) row.rbpAt = offset;
  };
  const restore = (register: number): void => {
    if (register === DWARF_RA) row.returnAt = initial.returnAt;
    else if (register === DWARF_RBP) row.rbpAt = initial.rbpAt;
  };
  const define = (register: number, offset: number): void => {
    Object.assign(row, { register, offset, isMemory: false, isStub: false });
  };
  while (!r.isAtEnd) {
    const op = r.u8();
    const low = op & 63;
    if (op >>> 6 === 1) at += low * codeAlign;
    else if (op >>> 6 === 2) store(low, r.uleb() * dataAlign);
    else if (op >>> 6 === 3) restore(low);
    // biome-ignore format: DW_CFA_*, one a line.
    else switch (op) {
      case 0x00: break; // nop
      case 0x02: at += r.u8() * codeAlign; break; // advance_loc1
      case 0x03: at += r.u16() * codeAlign; break; // advance_loc2
      case 0x04: at += r.u32() * codeAlign; break; // advance_loc4
      case 0x05: store(r.uleb(), r.uleb() * dataAlign); break; // offset_extended
      case 0x06: restore(r.uleb()); break; // restore_extended
      case 0x07: if (r.uleb() === DWARF_RA) row.isOutermost = true; break; // undefined
      case 0x08: store(r.uleb(), undefined); break; // same_value
      case 0x0a: saved.push({ ...row }); break; // remember_state
      case 0x0b: Object.assign(row, saved.pop()); break; // restore_state
      case 0x0c: define(r.uleb(), r.uleb()); break; // def_cfa
      case 0x0d: define(r.uleb(), row.offset); break; // def_cfa_register
      case 0x0e: define(row.register, r.uleb()); break; // def_cfa_offset
      case 0x0f: if (!expression(r.bytes(r.uleb()), row)) return false; break; // def_cfa_expression
      case 0x10: case 0x16: if (!otherRegister(r)) return false; break; // expression, val_expression
      case 0x11: store(r.uleb(), r.sleb() * dataAlign); break; // offset_extended_sf
      case 0x12: define(r.uleb(), r.sleb() * dataAlign); break; // def_cfa_sf
      case 0x13: define(row.register, r.sleb() * dataAlign); break; // def_cfa_offset_sf
      case 0x2e: r.uleb(); break; // GNU_args_size
      default: return false;
    }
    if (at > distance) return true;
  }
  return true;
}

const DW_OP_DEREF = 0x06;
const DW_OP_BREG0 = 0x70;

/** The two expressions that compilers and linkers write for a CFA: a register that was pushed, and a PLT's. */
function expression(bytes: Uint8Array, row: Row): boolean {
  const r = new ByteReader(bytes);
  const register = r.u8() - DW_OP_BREG0;
  const offset = r.sleb();
  const next = r.u8();
  if (register < 0 || register > DWARF_RA) return false;
  if (next === DW_OP_DEREF && r.isAtEnd) {
    Object.assign(row, { register, offset, isMemory: true, isStub: false });
    return true;
  }
  if (register !== DWARF_RSP || offset !== 8 || next !== DW_OP_BREG0 + DWARF_RA) return false;
  Object.assign(row, { register, offset, isMemory: false, isStub: true });
  return true;
}

/** rbp, where it is kept somewhere unusual, is not followed. */
function otherRegister(r: ByteReader): boolean {
  const register = r.uleb();
  r.bytes(r.uleb());
  return register !== DWARF_RBP && register !== DWARF_RA;
}
