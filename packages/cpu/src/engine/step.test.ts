/** One instruction at a time, for debuggers. */
import { describe, expect, test } from "vitest";
import { RAX, RCX, Vector } from "../state.ts";
import { CODE, Guest, hex, R, TIERS, W, X } from "../testing/guest.ts";

// mov ecx, 3; L: add eax, 5; dec ecx; jnz L; int3
const LOOP = hex("b903000000 83c005 ffc9 75f9 cc");

describe.each(TIERS)("%s", (tier) => {
  function step(guest: Guest): number {
    const events = { syscall: () => true, pageFault: () => false };
    expect(guest.engine.step(guest.registers, guest.space, events)).toEqual({ kind: "preempted" });
    return guest.registers.rip - CODE;
  }

  test("goes from instruction to instruction, and round a loop", () => {
    const guest = new Guest(tier);
    guest.load(LOOP);
    const places = Array.from({ length: 10 }, () => step(guest));
    expect(places).toEqual([5, 8, 10, 5, 8, 10, 5, 8, 10, 12]);
    expect(guest.registers.get(RAX)).toBe(15);
    expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.BP });
  });

  test("steps into code that is translated, and runs on from there", () => {
    const guest = new Guest(tier);
    guest.load(LOOP);
    guest.registers.set(RCX, 2000);
    guest.registers.rip = CODE + 5;
    expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.BP });
    guest.registers.rip = CODE;
    expect([step(guest), step(guest), step(guest), step(guest)]).toEqual([5, 8, 10, 5]);
    guest.registers.set(RCX, 1);
    guest.registers.set(RAX, 0);
    expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.BP });
    expect(guest.registers.get(RAX)).toBe(5);
  });

  test("an instruction that writes over the next one", () => {
    const guest = new Guest(tier);
    // mov byte [rip], 0x40: the byte behind it becomes a REX prefix of the nop that follows.
    guest.load(hex("c6050000000040 cc 90 cc"));
    guest.map(CODE, 0x1000, R | W | X);
    expect([step(guest), step(guest)]).toEqual([7, 9]);
  });

  test("an exception is that of the instruction", () => {
    const guest = new Guest(tier);
    guest.load(hex("cc"));
    const events = { syscall: () => true, pageFault: () => false };
    const stop = guest.engine.step(guest.registers, guest.space, events);
    expect(stop).toMatchObject({ kind: "exception", vector: Vector.BP });
  });

  test("a page that is not there: the instruction is made later", () => {
    const guest = new Guest(tier);
    guest.load(hex("a10000700000000000")); // mov eax, [0x700000]
    let calls = 0;
    const events = {
      syscall: () => true,
      pageFault: (address: number) => {
        if (++calls > 1) guest.map(address, 0x1000, R | W);
        return calls > 1;
      },
    };
    guest.engine.step(guest.registers, guest.space, events);
    expect(guest.registers.rip).toBe(CODE);
    guest.engine.step(guest.registers, guest.space, events);
    expect(guest.registers.rip).toBe(CODE + 9);
  });
});
