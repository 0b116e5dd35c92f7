/** divide.ts, system.ts, cpuid.ts and flags.ts. */
import { expect, test } from "vitest";
import { RAX, RBP, RBX, RCX, RDX, RSP, S } from "../../state.ts";
import { cpuidHelpers, cpuidLeaf } from "./cpuid.ts";
import { divideHelpers } from "./divide.ts";
import { FakeMachine } from "./fake-machine.ts";
import { setCompareFlags } from "./flags.ts";
import { systemHelpers } from "./system.ts";

function call(m: FakeMachine, name: string, ...args: (bigint | number)[]): boolean {
  const helper = { ...divideHelpers, ...systemHelpers, ...cpuidHelpers }[name];
  if (helper === undefined) throw new Error(name);
  m.arguments(...args);
  return helper(m);
}

test.each([
  { high: 1n, low: 0n, divisor: 2n, want: 1n << 63n },
  {
    high: (1n << 64n) - 2n,
    low: (1n << 64n) - 1n,
    divisor: (1n << 64n) - 1n,
    want: (1n << 64n) - 1n,
  },
])("divides $high:$low by $divisor", ({ high, low, divisor, want }) => {
  const m = new FakeMachine();
  call(m, "divide128", high, low, divisor);
  expect(m.getU64(S.scratch)).toBe(want);
});

const MIN = -(1n << 63n);
const MAX = (1n << 63n) - 1n;

test.each([
  {
    title: "rounds towards 0",
    dividend: -(1n << 64n) - 1n,
    divisor: 4n,
    want: -(1n << 62n),
    overflow: 0n,
  },
  { title: "reaches the least quotient", dividend: MIN * 3n, divisor: 3n, want: MIN, overflow: 0n },
  { title: "reaches the greatest", dividend: -MAX * 5n, divisor: -5n, want: MAX, overflow: 0n },
  { title: "says when it is too great", dividend: MIN * 3n, divisor: -3n, want: MIN, overflow: 1n },
])("signed division $title", ({ dividend, divisor, want, overflow }) => {
  const m = new FakeMachine();
  call(m, "divideSigned128", dividend >> 64n, BigInt.asUintN(64, dividend), divisor);
  expect(BigInt.asIntN(64, m.getU64(S.scratch))).toBe(want);
  expect(m.getU64(S.scratch + 8)).toBe(overflow);
});

test("crc32c gives the check value of the polynomial", () => {
  const m = new FakeMachine();
  let crc = 0xffff_ffff;
  for (const [data, bytes] of [
    [0x3837363534333231n, 8],
    [0x39n, 1],
  ] as const) {
    call(m, "crc32c", crc, data, bytes);
    crc = m.getU32(S.scratch);
  }
  expect((~crc >>> 0).toString(16)).toBe("e3069283");
});

test("timeStamp is the machine's", () => {
  const m = new FakeMachine();
  m.now = 0x1_0000_0001n;
  call(m, "timeStamp");
  expect(m.getU64(S.scratch)).toBe(m.now);
});

test("enter without nesting pushes rbp and allocates", () => {
  const m = new FakeMachine();
  m.setGpr(RSP, 0x8000);
  m.setGpr(RBP, 0x1234);
  expect(call(m, "enter", 0x20, 0, 8)).toBe(true);
  expect(m.gpr(RBP)).toBe(0x7ff8n);
  expect(m.gpr(RSP)).toBe(0x7fd8n);
  expect(m.view.getBigUint64(0x7ff8, true)).toBe(0x1234n);
});

test("enter with nesting copies the outer frame pointers", () => {
  const m = new FakeMachine();
  m.setGpr(RSP, 0x8000);
  m.setGpr(RBP, 0x9000);
  m.view.setBigUint64(0x8ff8, 0xaaaan, true);
  m.view.setBigUint64(0x8ff0, 0xbbbbn, true);
  expect(call(m, "enter", 0x10, 3, 8)).toBe(true);
  const words = [0x7ff8, 0x7ff0, 0x7fe8, 0x7fe0].map((a) => m.view.getBigUint64(a, true));
  expect(words).toEqual([0x9000n, 0xaaaan, 0xbbbbn, 0x7ff8n]);
  expect(m.gpr(RBP)).toBe(0x7ff8n);
  expect(m.gpr(RSP)).toBe(0x7fd0n);
});

test("a fault in enter changes nothing", () => {
  const m = new FakeMachine();
  m.setGpr(RSP, 0x8010);
  m.setGpr(RBP, 0x9000);
  m.missing.add(7);
  expect(call(m, "enter", 0x100, 0, 8)).toBe(false);
  expect([m.gpr(RSP), m.gpr(RBP), m.view.getBigUint64(0x8008, true)]).toEqual([
    0x8010n,
    0x9000n,
    0n,
  ]);
});

function text(...words: readonly number[]): string {
  return Buffer.from(Uint32Array.from(words).buffer).toString().replace(/\0+$/, "");
}

test("cpuid names vendor, brand and hypervisor", () => {
  const [max, ebx, ecx, edx] = cpuidLeaf(0, 0);
  expect(max).toBeGreaterThanOrEqual(7);
  expect(text(ebx, edx, ecx)).toBe("GenuineIntel");
  const brand = [0x8000_0002, 0x8000_0003, 0x8000_0004].flatMap((leaf) => cpuidLeaf(leaf, 0));
  expect(text(...brand)).toBe("Kernelet Virtual x86-64-v2");
  expect(text(...cpuidLeaf(0x4000_0000, 0).slice(1))).toBe("KerneletKern");
});

test("cpuid reports x86-64-v2 and no more", () => {
  const [, , ecx, edx] = cpuidLeaf(1, 0);
  const has = (mask: number, bit: number): boolean => ((mask >>> bit) & 1) === 1;
  for (const bit of [0, 9, 13, 19, 20, 23]) expect(has(ecx, bit)).toBe(true);
  for (const bit of [0, 8, 15, 23, 24, 25, 26]) expect(has(edx, bit)).toBe(true);
  expect(has(cpuidLeaf(0x8000_0001, 0)[2], 0)).toBe(true);
  // PCLMULQDQ, FMA, MOVBE, AES, XSAVE, OSXSAVE, AVX, F16C, RDRAND; BMI1, AVX2, BMI2 and all else of leaf 7.
  for (const bit of [1, 12, 22, 25, 26, 27, 28, 29, 30]) expect(has(ecx, bit)).toBe(false);
  expect(cpuidLeaf(7, 0)).toEqual([0, 1 << 9, 0, 1 << 4]);
  // LZCNT.
  expect(has(cpuidLeaf(0x8000_0001, 0)[2], 5)).toBe(false);
});

test("cpuid writes whole registers", () => {
  const m = new FakeMachine();
  for (const register of [RAX, RBX, RCX, RDX]) m.setGpr(register, -1n);
  m.setGpr(RAX, 0xffff_ffff_8000_0001n);
  call(m, "cpuid");
  expect([m.gpr(RAX), m.gpr(RBX)]).toEqual([0n, 0n]);
  expect(m.gpr(RDX)).toBe(BigInt((1 << 11) | (1 << 20) | (1 << 27) | (1 << 29)));
});

test("caches have the sizes that their subleaves multiply to", () => {
  const sizes = [0, 1, 2, 3].map((subleaf) => {
    const [, ebx, ecx] = cpuidLeaf(4, subleaf);
    return ((ebx >>> 22) + 1) * ((ebx & 0xfff) + 1) * (ecx + 1);
  });
  expect(sizes).toEqual([32, 32, 256, 32 * 1024].map((n) => n * 1024));
  expect(cpuidLeaf(4, 4)).toEqual([0, 0, 0, 0]);
});

test.each([
  { size: 1, a: 0n, b: 1n, result: -1n, vector: (0b11n << 62n) | 8n },
  { size: 1, a: 0x80n, b: 1n, result: 0x7fn, vector: (1n << 62n) | 8n },
  { size: 8, a: 5n, b: 5n, result: 0n, vector: 0n },
  { size: 4, a: 0x7fff_ffffn, b: 0xffff_ffffn, result: -0x8000_0000n, vector: 1n << 63n },
])("flags of $a - $b at $size bytes", ({ size, a, b, result, vector }) => {
  const m = new FakeMachine();
  setCompareFlags(m, size, a, b);
  expect(BigInt.asIntN(64, m.getU64(S.flagResult))).toBe(result);
  expect(m.getU64(S.flagVector)).toBe(vector);
});
