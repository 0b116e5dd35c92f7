/** What address spaces share, and what they must not: code by equal bytes, pooled memories, registers of several tasks. */
import { describe, expect, test } from "vitest";
import { RAX, RBX, RCX, Vector } from "../state.ts";
import { asm, CODE, createEngine, DATA, Guest, hex, R, TIERS, W, X } from "../testing/guest.ts";
import { MAX_BLOCK } from "./block.ts";

const BREAKPOINT = { kind: "exception", vector: Vector.BP };
const PAGE = 0x1000;
const LOOP = asm(`1: add eax, 1; dec ecx; jnz 1b; int3`, "83c001ffc975f9cc");

function runLoop(guest: Guest, turns = 20): number {
  guest.registers.rip = CODE;
  guest.registers.set(RAX, 0);
  guest.registers.set(RCX, turns);
  expect(guest.run()).toMatchObject(BREAKPOINT);
  return guest.registers.get(RAX);
}

describe.each(TIERS)("%s", (tier) => {
  test("the same code at the same place is translated once", () => {
    const engine = createEngine(tier);
    const parent = new Guest(tier, engine);
    parent.load(LOOP);
    expect(runLoop(parent)).toBe(20);
    const { regions } = engine.statistics;
    const child = new Guest(tier, engine);
    child.load(LOOP);
    expect(runLoop(child)).toBe(20);
    expect(engine.statistics.regions).toBe(regions);
    // Neither disturbs the other.
    child.write(CODE + 2, Uint8Array.of(2));
    expect(runLoop(child)).toBe(40);
    expect(runLoop(parent)).toBe(20);
  });

  test("other code at the same place is other code", () => {
    const engine = createEngine(tier);
    const guests = [1, 2, 3].map((n) => {
      const guest = new Guest(tier, engine);
      const code = LOOP.slice();
      code[2] = n;
      guest.load(code);
      return guest;
    });
    for (let round = 0; round < 3; round++) {
      guests.forEach((guest, i) => {
        expect(runLoop(guest)).toBe(20 * (i + 1));
      });
    }
  });

  test("a region is not taken over where the code behind its exit reads flags", () => {
    const engine = createEngine(tier);
    const code = asm(
      `
      mov ecx, 20
      1: mov edx, ecx; cmp edx, ebx; je 2f; dec ecx; jnz 1b; int3
      .balign 64
      2: mov al, 7; nop; sub edx, edx; int3`,
      "b91400000089ca39da7435ffc975f6cc66662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f8400000000000f1f4000b0079029d2cc",
    );
    const first = new Guest(tier, engine);
    first.load(code);
    expect(first.run()).toMatchObject(BREAKPOINT);
    const second = new Guest(tier, engine);
    const other = code.slice();
    other.set(hex("0f94c0"), 64); // setz al
    second.load(other);
    second.registers.set(RBX, 5);
    expect(second.run()).toMatchObject(BREAKPOINT);
    expect(second.registers.get(RAX)).toBe(1);
  });

  test("an indirect jump of one space outdates the region of another", () => {
    const engine = createEngine(tier);
    const code = asm(
      "1: mov eax, 1; jmp rbx; 2: dec ecx; jnz 1b; int3; 3: int3",
      "b801000000ffe3ffc975f5cccc",
    );
    // Other code around the same jump, so that the region is not this space's.
    const second = new Guest(tier, engine);
    const other = code.slice();
    other[1] = 2;
    second.load(other);
    second.registers.set(RBX, CODE + 7);
    expect(runLoop(second, 1)).toBe(2);
    // More regions than the second's table has slots, the one with the jump last.
    const first = new Guest(tier, engine);
    first.map(CODE, 3 * PAGE, R | X);
    for (let i = 300; i >= 0; i--) {
      const at = CODE + 16 * i;
      first.write(at, code);
      first.registers.rip = at;
      first.registers.set(RBX, at + 7);
      first.registers.set(RCX, 20);
      expect(first.run()).toMatchObject(BREAKPOINT);
    }
    second.registers.set(RBX, CODE + 12);
    expect(runLoop(second)).toBe(2);
    first.registers.set(RBX, CODE + 7);
    expect(runLoop(first)).toBe(1);
  });

  test("a released memory comes back zero, without code and without rights", () => {
    const engine = createEngine(tier);
    const first = new Guest(tier, engine);
    first.load(LOOP);
    expect(runLoop(first)).toBe(20);
    first.space.bytes.fill(0xaa, DATA, DATA + 2 * PAGE);
    // Written while it was writable, closed since.
    first.map(DATA + PAGE, PAGE, 0);
    first.space.release();

    const second = new Guest(tier, engine);
    expect(second.space).toBe(first.space);
    expect(second.space.protection(CODE)).toBe(0);
    expect(second.space.blocks.size).toBe(0);
    second.load(asm(`mov eax, 77; int3`, "b84d000000cc"));
    expect(second.u64(DATA)).toBe(0n);
    expect(second.u64(DATA + PAGE)).toBe(0n);
    expect(second.run()).toMatchObject(BREAKPOINT);
    expect(second.registers.get(RAX)).toBe(77);
  });

  test("two tasks in one space keep their registers apart", () => {
    const guest = new Guest(tier);
    // paddq xmm0, xmm1; fld1; faddp; cmp; syscall
    guest.load(
      asm(
        `1: paddq xmm0, xmm1; fld1; faddp; add rax, rbx; stc; syscall; jc 1b; ud2`,
        "660fd4c1d9e8dec14801d8f90f0572f00f0b",
      ),
    );
    const { engine, space } = guest;
    const tasks = [1, 2].map((n) => {
      const registers = engine.createRegisters();
      registers.set(RBX, n);
      registers.rip = CODE;
      const image = new Uint8Array(512);
      registers.fxsave(image);
      new DataView(image.buffer).setBigUint64(160 + 16, BigInt(n), true);
      // st(0) = n: valid in the tag word, TOP = 7.
      const view = new DataView(image.buffer);
      view.setUint16(2, 7 << 11, true);
      image[4] = 0x80;
      view.setBigUint64(32, 0x8000_0000_0000_0000n, true);
      view.setUint16(40, 0x3fff + n - 1, true);
      registers.fxrstor(image);
      return registers;
    });
    const events = { syscall: () => false, pageFault: () => false };
    for (let turn = 0; turn < 15; turn++) {
      for (const registers of tasks) {
        engine.run(registers, space, events, 1000);
        expect(registers.rflags & 1).toBe(1);
      }
    }
    tasks.forEach((registers, i) => {
      const n = i + 1;
      expect(registers.get(RAX)).toBe(15 * n);
      const image = new Uint8Array(512);
      registers.fxsave(image);
      const view = new DataView(image.buffer);
      expect(view.getBigUint64(160, true)).toBe(BigInt(15 * n));
      // 16 and 17: 15 turns on top of 1 and 2.
      expect(view.getBigUint64(32, true)).toBe(
        n === 1 ? 0x8000_0000_0000_0000n : 0x8800_0000_0000_0000n,
      );
      expect(view.getUint16(40, true)).toBe(0x3fff + 4);
    });
  });

  test("a full CODE area is emptied and the guest goes on", () => {
    const guest = new Guest(tier);
    // A subroutine of many blocks, each with a jump to the next.
    const blocks = 5000;
    const code = new Uint8Array(16 * blocks + 64);
    code.set(
      asm(
        `mov ecx, 3; mov ebx, 0x410000; 1: call rbx; dec ecx; jnz 1b; int3`,
        "b903000000bb00004100ffd3ffc975facc",
      ),
    );
    guest.load(code);
    const at = 0x41_0000;
    const chain = new Uint8Array(16 * blocks);
    for (let i = 0; i < blocks; i++)
      chain.set(hex(i === blocks - 1 ? "83c001c3" : "83c001eb0b"), 16 * i);
    guest.map(at, chain.length + PAGE, R | X);
    guest.write(at, chain);
    // Nearly full from the start: a real guest needs 128 MiB of records for that.
    const { code: area } = guest.space;
    while (area.hasRoom(MAX_BLOCK * 200)) area.allocate();
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(guest.registers.get(RAX)).toBe(3 * blocks);
    expect(area.hasRoom(1_000_000)).toBe(true);
  });

  test("a store into code with the CODE area full", { timeout: 60_000 }, () => {
    const guest = new Guest(tier);
    guest.load(
      asm(
        `
      mov ecx, 40; xor eax, eax
      1: mov [rip + 2f + 1], ecx
      2: add eax, 0x55555555
      dec ecx; jnz 1b; int3`,
        "b92800000031c0890d010000000555555555ffc975f1cc",
      ),
    );
    guest.map(CODE, PAGE, R | W | X);
    const { code: area } = guest.space;
    for (const room of [1, 2, 3, 4, 6, 40]) {
      while (area.hasRoom(MAX_BLOCK + 2 + room)) area.allocate();
      guest.registers.rip = CODE;
      expect(guest.run()).toMatchObject(BREAKPOINT);
      expect(guest.registers.get(RAX)).toBe(820);
    }
  });
});
