/** Conditions after a floating-point comparison, as translated and as interpreted code sees them. */
import { beforeAll, expect, test } from "vitest";
import { Engine } from "../engine/engine.ts";
import { registerAllHelpers } from "../engine/helpers/index.ts";
import { S, Vector } from "../state.ts";

const CODE = 0x1_0000;
const TURNS = 200;

beforeAll(registerAllHelpers);

const CONDITIONS = [
  "o",
  "no",
  "b",
  "ae",
  "e",
  "ne",
  "be",
  "a",
  "s",
  "ns",
  "p",
  "np",
  "l",
  "ge",
  "le",
  "g",
];

/** Conditions that hold after comisd of a with b (SDM vol. 2, COMISD and Jcc). */
function holds(a: number, b: number): string[] {
  const unordered = Number.isNaN(a) || Number.isNaN(b);
  const c = unordered || a < b;
  const z = unordered || a === b;
  const flags: Record<string, boolean> = {
    o: false,
    b: c,
    e: z,
    be: c || z,
    s: false,
    p: unordered,
    l: false,
    le: z,
  };
  const negated = ["no", "ae", "ne", "a", "ns", "np", "ge", "g"];
  Object.entries({ ...flags }).forEach(([, v], i) => {
    flags[negated[i] as string] = !v;
  });
  return CONDITIONS.filter((name) => flags[name]);
}

/** Counts in ebx the turns in which the jump is not taken. turn: comisd xmm0, xmm1; jcc over; inc ebx; over: dec ecx; jnz turn; int3 */
function program(cc: number): Buffer {
  return Buffer.from([
    0x66,
    0x0f,
    0x2f,
    0xc1,
    0x70 | cc,
    2,
    0xff,
    0xc3,
    0xff,
    0xc9,
    0x75,
    0xf4,
    0xcc,
  ]);
}

const cases = [
  { a: 1, b: 2 },
  { a: 2, b: 1 },
  { a: 1, b: 1 },
  { a: Number.NaN, b: 1 },
  { a: 0, b: -0 },
].flatMap((c) => [true, false].map((translate) => ({ ...c, translate })));

test.each(cases)("comisd of $a with $b, translated: $translate", ({ a, b, translate }) => {
  const engine = new Engine({
    fx: { save: () => {}, restore: () => {} },
    timeStamp: () => 0n,
    translate,
  });
  const space = engine.createAddressSpace();
  space.protect(CODE, CODE + 4096, 1 | 4);
  CONDITIONS.forEach((_, cc) => {
    space.bytes.set(program(cc), CODE + 16 * cc);
  });
  const registers = engine.createRegisters();
  registers.attach(space);
  const state = new DataView(space.memory.buffer, space.stateBytes.byteOffset);
  const taken = CONDITIONS.filter((_, cc) => {
    state.setBigUint64(S.gpr + 8, BigInt(TURNS), true); // rcx
    state.setBigUint64(S.gpr + 24, 0n, true); // rbx
    state.setBigUint64(S.rip, BigInt(CODE + 16 * cc), true);
    state.setFloat64(S.xmm, a, true);
    state.setFloat64(S.xmm + 16, b, true);
    const events = { syscall: () => false, pageFault: () => false };
    expect(engine.run(registers, space, events, 1_000_000)).toMatchObject({ vector: Vector.BP });
    const notTaken = Number(state.getBigUint64(S.gpr + 24, true));
    expect([0, TURNS]).toContain(notTaken);
    return notTaken === 0;
  });
  expect(taken).toEqual(holds(a, b));
});
