/**
 * Random programs: functions that call each other, loops, branches, jump tables, and random instructions between. They
 * always end. What single instructions can't show is what is carried from one to the next: registers in locals,
 * flags that are computed late, checks that accesses share.
 *
 *   rbx rbp r12 r13   point into the arena        r14   counts the turns of the whole
 *   rsp               stack                       r15   counts the turns of a loop
 *   rax rcx rdx rsi rdi r8…r11                    anything; some are pointers for a while
 */
import { Assembler, type Label } from "./assembler.ts";
import type { Prng } from "./prng.ts";
import { randomInsn } from "./random-insn.ts";

/** Guest addresses of a program's parts; each part can lie anywhere. */
export interface Layout {
  readonly code: number;
  /** ARENA_SIZE bytes. */
  readonly arena: number;
}

export const ARENA_SIZE = 0x8000;
/** Turns of the whole: enough for everything to become hot under a low threshold, to be dropped, and hot again. */
const TURNS = 24;
const MAX_STATEMENTS = 9;
const OPERANDS = [0, 1, 2, 6, 7, 8, 9, 10, 11] as const;

/** Offsets in the arena that pointers have: in the middle of pages and close to their ends. */
const PLACES = [0x1000, 0x1ff0, 0x2fe0, 0x3800, 0x4fc0, 0x5000, 0x6000, 0x6ff0] as const;

export interface RandomProgram {
  readonly code: Uint8Array;
  readonly layout: Layout;
  /** It writes into its own code, which must be writable. */
  readonly isSelfModifying: boolean;
}

export function randomProgram(prng: Prng, layout: Layout): RandomProgram {
  return new Writer(prng, layout).program();
}

class Writer {
  readonly #prng: Prng;
  readonly #a: Assembler;
  readonly #layout: Layout;
  readonly #functions: Label[] = [];
  readonly #pointers: Set<number> = new Set();
  readonly #hasFloats: boolean;
  readonly #isSelfModifying: boolean;
  /** Immediates that stores may change: of instructions written already, or yet to come. */
  readonly #patchable: Label[] = [];
  #current = 0;
  /** Set inside a loop: where `continue` and `break` go. */
  #loop: { next: Label; end: Label } | undefined;

  constructor(prng: Prng, layout: Layout) {
    this.#prng = prng;
    this.#layout = layout;
    this.#hasFloats = prng.chance(0.3);
    this.#isSelfModifying = prng.chance(0.15);
    this.#a = new Assembler(layout.code);
  }

  program(): RandomProgram {
    const a = this.#a;
    const count = this.#prng.between(1, 4);
    for (let i = 0; i < count; i++) this.#functions.push(a.label());
    for (const reg of [3, 5, 12, 13]) this.#movImm(reg, this.#place());
    this.#movImm(14, TURNS);
    const again = a.label();
    a.place(again);
    a.rel32(this.#functions[0] as Label, 0xe8);
    a.emit(0x49, 0xff, 0xce); // dec r14
    a.rel32(again, 0x0f, 0x85);
    a.emit(0x9c, 0x58, 0xcc); // pushf; pop rax; int3
    this.#functions.forEach((label, i) => {
      this.#current = i;
      this.#function(label);
    });
    return { code: a.finish(), layout: this.#layout, isSelfModifying: this.#isSelfModifying };
  }

  #place(): number {
    return this.#layout.arena + this.#prng.pick(PLACES);
  }

  /** mov r, imm: 5 bytes where the address has 31 bits, else movabs; neither touches flags. */
  #movImm(reg: number, value: number): void {
    const a = this.#a;
    const b = reg >> 3;
    if (this.#prng.chance(0.7)) {
      if (b !== 0) a.emit(0x41);
      a.emit(0xb8 | (reg & 7));
      a.u32(value);
    } else {
      a.emit(0x48 | b, 0xb8 | (reg & 7));
      a.u32(value);
      a.u32(0);
    }
  }

  #function(label: Label): void {
    const a = this.#a;
    while (a.bytes.length % 16 !== 0) a.emit(0x90);
    a.place(label);
    this.#pointers.clear();
    const savesCounter = [0x41, 0x57]; // push r15
    a.emit(...savesCounter);
    this.#statements(this.#prng.between(3, MAX_STATEMENTS), 0);
    a.emit(0x41, 0x5f); // pop r15
    this.#pointers.clear();
    const tail = this.#callee();
    const how = this.#prng.below(20);
    if (tail !== undefined && how < 3) a.rel32(tail, 0xe9);
    else if (how < 5)
      a.emit(0x59, 0xff, 0xe1); // pop rcx; jmp rcx
    else if (how < 7) a.emit(0xc2, 0, 0);
    else a.emit(0xc3);
  }

  #callee(): Label | undefined {
    const rest = this.#functions.slice(this.#current + 1);
    return rest.length === 0 ? undefined : this.#prng.pick(rest);
  }

  #statements(n: number, nest: number): void {
    for (let i = 0; i < n; i++) this.#statement(nest);
  }

  #statement(nest: number): void {
    if (this.#isSelfModifying && this.#prng.chance(0.15)) {
      this.#patch();
      return;
    }
    const p = this.#prng.below(100);
    if (p < 30 || nest > 3) this.#plain(this.#prng.between(1, 5));
    else if (p < 44) this.#if(nest);
    else if (p < 52) this.#while(nest);
    else if (p < 58) this.#switch(nest);
    else if (p < 66) this.#call();
    else if (p < 86) this.#pointer();
    else if (p < 90) this.#pushPop();
    else if (p < 93) this.#flagsToStack();
    else if (p < 95) this.#string();
    else if (p < 97)
      this.#a.emit(0x51, 0x41, 0x53, 0x0f, 0x05, 0x41, 0x5b, 0x59); // push rcx; push r11; syscall; pops
    else if (this.#loop !== undefined) {
      // A conditional way out of the loop, or to its next turn.
      this.#a.rel32(
        this.#prng.chance(0.5) ? this.#loop.end : this.#loop.next,
        0x0f,
        0x80 | this.#prng.below(16),
      );
    } else this.#plain(2);
  }

  /** An instruction with an immediate that another changes, before or after it, in the same block or elsewhere. */
  #patch(): void {
    const a = this.#a;
    const target = a.label();
    this.#patchable.push(target);
    const isBehind = this.#prng.chance(0.5);
    if (isBehind) this.#store(target);
    if (this.#prng.chance(0.5)) this.#plain(2);
    this.#pointers.delete(2);
    a.emit(0x81, 0xc2); // add edx, imm
    a.place(target);
    a.u32(this.#prng.u32());
    if (!isBehind) this.#store(this.#prng.pick(this.#patchable));
  }

  #store(target: Label): void {
    const a = this.#a;
    this.#pointers.delete(1);
    a.rel32(target, 0x48, 0x8d, 0x0d); // lea rcx, [rip + target]
    // inc byte [rcx]; mov [rcx], edx; xor [rcx + 1], dl
    a.emit(
      ...this.#prng.pick([
        [0xfe, 0x01],
        [0x89, 0x11],
        [0x30, 0x51, 0x01],
      ]),
    );
  }

  #plain(n: number): void {
    const a = this.#a;
    for (let i = 0; i < n; i++) {
      const frame = {
        pc: a.pc,
        data: this.#layout.arena + 0x3000,
        pointers: this.#pointers,
        hasFloats: this.#hasFloats,
      };
      const made = randomInsn(this.#prng, frame);
      if (made !== undefined) a.emit(...made.code);
    }
  }

  #if(nest: number): void {
    const a = this.#a;
    const otherwise = a.label();
    const end = a.label();
    a.rel32(otherwise, 0x0f, 0x80 | this.#prng.below(16));
    const before = [...this.#pointers];
    this.#statements(this.#prng.between(1, 3), nest + 1);
    if (this.#prng.chance(0.4)) {
      a.rel32(end, 0xe9);
      this.#only(before);
      a.place(otherwise);
      this.#statements(this.#prng.between(1, 3), nest + 1);
    } else a.place(otherwise);
    a.place(end);
    this.#only(before);
  }

  /** After a join only those pointers are known that every way has: the registers are never written while they are in the set. */
  #only(before: readonly number[]): void {
    for (const reg of [...this.#pointers]) if (!before.includes(reg)) this.#pointers.delete(reg);
  }

  /** A loop with a bottom test, kept as short as possible, by r15. */
  #while(nest: number): void {
    if (this.#loop !== undefined) {
      this.#plain(3);
      return;
    }
    const a = this.#a;
    // The next turn finds what this one leaves in them.
    this.#pointers.clear();
    const top = a.label();
    const loop = { next: a.label(), end: a.label() };
    a.emit(0x41, 0xbf); // mov r15d, imm
    a.u32(this.#prng.between(1, 6));
    a.place(top);
    this.#loop = loop;
    this.#statements(this.#prng.between(1, 4), nest + 1);
    this.#loop = undefined;
    a.place(loop.next);
    if (this.#prng.chance(0.5))
      a.emit(0x41, 0xff, 0xcf); // dec r15d: keeps CF
    else a.emit(0x49, 0x83, 0xef, 0x01); // sub r15, 1
    a.rel32(top, 0x0f, 0x85);
    a.place(loop.end);
    this.#pointers.clear();
  }

  /** jmp [table + 8 * (low bits of a register)]. */
  #switch(nest: number): void {
    const a = this.#a;
    const prng = this.#prng;
    const before = [...this.#pointers];
    const table = a.label();
    const end = a.label();
    const ways = prng.pick([2, 4, 8]);
    this.#pointers.delete(0);
    this.#pointers.delete(2);
    a.emit(0x0f, 0xb6, 0xc1, 0x83, 0xe0, ways - 1); // movzx eax, cl; and eax, ways - 1
    if (prng.chance(0.5)) this.#safePlain();
    if (prng.chance(0.5)) {
      a.rel32(table, 0x48, 0x8d, 0x15); // lea rdx, [rip + table]
      if (prng.chance(0.3)) a.emit(0x38, 0xe8); // cmp al, ch: flags live across the jump
      a.emit(0xff, 0x24, 0xc2); // jmp [rdx + 8 * rax]
    } else {
      a.rel32(table, 0x48, 0x8d, 0x15);
      a.emit(0x48, 0x8b, 0x14, 0xc2, 0xff, 0xe2); // mov rdx, [rdx + 8 * rax]; jmp rdx
    }
    const cases = Array.from({ length: prng.between(1, ways) }, () => a.label());
    for (const label of cases) {
      a.place(label);
      this.#only(before);
      this.#statements(prng.between(1, 2), nest + 1);
      if (prng.chance(0.8)) a.rel32(end, 0xe9);
      // Else it falls through into the next.
    }
    if (cases.length > 0) a.rel32(end, 0xe9);
    a.place(table);
    for (let i = 0; i < ways; i++) a.address(prng.pick(cases));
    a.place(end);
    this.#only(before.filter((r) => r !== 0 && r !== 2));
  }

  /** Flag setters that leave eax alone. */
  #safePlain(): void {
    this.#a.emit(
      ...this.#prng.pick([
        [0x4d, 0x01, 0xc8],
        [0x48, 0xff, 0xc6],
        [0xd3, 0xef],
        [0xf9],
        [0x49, 0x0f, 0xaf, 0xf0],
      ]),
    );
    for (const reg of [6, 7, 8]) this.#pointers.delete(reg);
  }

  #call(): void {
    const a = this.#a;
    const callee = this.#callee();
    if (callee === undefined) {
      this.#plain(3);
      return;
    }
    const how = this.#prng.below(4);
    if (how < 2) a.rel32(callee, 0xe8);
    else if (how === 2) {
      a.rel32(callee, 0x48, 0x8d, 0x0d); // lea rcx, [rip + f]
      a.emit(0xff, 0xd1); // call rcx
    } else {
      a.rel32(callee, 0x48, 0x8d, 0x05); // lea rax, [rip + f]
      a.emit(0x50, 0xff, 0x14, 0x24, 0x48, 0x8d, 0x64, 0x24, 0x08); // push rax; call [rsp]; lea rsp, [rsp + 8]
    }
    this.#pointers.clear();
  }

  /** A register gets to point into the arena, in one of several ways. */
  #pointer(): void {
    const a = this.#a;
    const reg = this.#prng.pick(OPERANDS);
    this.#pointers.delete(reg);
    const r = (reg >> 3) << 2;
    const disp = 16 * this.#prng.between(-8, 7);
    switch (this.#prng.below(3)) {
      case 0:
        this.#movImm(reg, this.#place());
        break;
      case 1:
        a.emit(0x48 | r, 0x8d, 0x45 | ((reg & 7) << 3), disp); // lea reg, [rbp + disp]
        break;
      default:
        a.emit(0x48 | (reg >> 3), 0x89, 0xc0 | (3 << 3) | (reg & 7)); // mov reg, rbx
        if (this.#prng.chance(0.5)) a.emit(0x48 | (reg >> 3), 0x83, 0xc0 | (reg & 7), disp); // add reg, disp
    }
    this.#pointers.add(reg);
    this.#plain(this.#prng.between(1, 4));
    if (this.#prng.chance(0.3)) this.#pointers.delete(reg);
  }

  #pushPop(): void {
    const a = this.#a;
    const from = this.#prng.pick(OPERANDS);
    const to = this.#prng.pick(OPERANDS);
    if (from > 7) a.emit(0x41);
    a.emit(0x50 | (from & 7));
    this.#plain(this.#prng.between(0, 3));
    if (this.#prng.chance(0.2)) a.emit(0x48, 0x83, 0x04, 0x24, 0x05); // add qword [rsp], 5
    this.#pointers.delete(to);
    if (to > 7) a.emit(0x41);
    a.emit(0x58 | (to & 7));
  }

  /** pushf, and some of it back. */
  #flagsToStack(): void {
    const a = this.#a;
    a.emit(0x9c);
    this.#plain(this.#prng.between(0, 2));
    if (this.#prng.chance(0.4)) {
      a.emit(0x48, 0x81, 0x24, 0x24); // and qword [rsp], the status flags and what is always set
      a.u32(0x8d5 | 0x202);
      a.emit(0x9d);
    } else {
      this.#pointers.delete(0);
      a.emit(0x58);
    }
  }

  /** rep movs, stos, scas, cmps over a few elements of the arena. */
  #string(): void {
    const a = this.#a;
    this.#movImm(6, this.#place() - 64);
    this.#movImm(7, this.#place() - 64);
    for (const reg of [0, 1, 6, 7]) this.#pointers.delete(reg);
    a.emit(0xb9); // mov ecx, imm
    a.u32(this.#prng.below(12));
    if (this.#prng.chance(0.8)) a.emit(this.#prng.pick([0xf3, 0xf2]));
    if (this.#prng.chance(0.4)) a.emit(0x48);
    a.emit(this.#prng.pick([0xa4, 0xa5, 0xaa, 0xab, 0xae, 0xaf, 0xa6, 0xa7, 0xac, 0xad]));
  }
}
