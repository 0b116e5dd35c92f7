import { expect, test } from "vitest";
import { EFLAGS, PAGE_SIZE, RAX, RCX, RDI, RSI, S } from "../../state.ts";
import { FakeMachine } from "./fake-machine.ts";
import { stringHelpers } from "./string.ts";

const REPE = 0xf3;
const REPNE = 0xf2;

interface Setup {
  readonly size?: number;
  readonly addressSize?: 4 | 8;
  readonly prefix?: number;
  readonly base?: number;
  readonly count: number | bigint;
  readonly from?: number | bigint;
  readonly to?: number | bigint;
  readonly rax?: bigint;
  readonly down?: boolean;
}

function machine(setup: Setup): FakeMachine {
  const m = new FakeMachine();
  for (let i = 0; i < m.u8.length; i++) m.u8[i] = (i * 7 + (i >> 8) * 13) & 0xff;
  m.setGpr(RCX, setup.count);
  m.setGpr(RSI, setup.from ?? 0);
  m.setGpr(RDI, setup.to ?? 0);
  m.setGpr(RAX, setup.rax ?? 0n);
  m.setU32(S.flagsOther, setup.down === true ? EFLAGS.DF : 0);
  m.arguments(setup.size ?? 1, setup.addressSize ?? 8, setup.prefix ?? REPE, setup.base ?? 0);
  return m;
}

function run(m: FakeMachine, name: string): boolean {
  const helper = stringHelpers[name];
  if (helper === undefined) throw new Error(name);
  return helper(m);
}

/** What the manual says: one element at a time. */
function copyByElements(u8: Uint8Array, { size = 1, count, from = 0, to = 0, down }: Setup): void {
  for (let i = 0; i < Number(count); i++) {
    const step = down === true ? -i * size : i * size;
    u8.copyWithin(Number(to) + step, Number(from) + step, Number(from) + step + size);
  }
}

// biome-ignore format: one case per line.
const COPIES: readonly (Setup & { title: string })[] = [
  { title: "nothing", count: 0, from: 100, to: 200 },
  { title: "apart, over several pages", count: 10_000, from: 0x100, to: 0x8123 },
  { title: "onto itself", count: 300, from: 0x100, to: 0x100 },
  { title: "one byte up: a fill", count: 9000, from: 0x100, to: 0x101 },
  { title: "three bytes up: a pattern", count: 9000, from: 0x100, to: 0x103 },
  { title: "downwards by one", count: 9000, from: 0x101, to: 0x100 },
  { title: "quadwords one byte up", size: 8, count: 1000, from: 0x100, to: 0x101 },
  { title: "quadwords eleven bytes up", size: 8, count: 1000, from: 0x100, to: 0x10b },
  { title: "quadwords three bytes down", size: 8, count: 1000, from: 0x103, to: 0x100 },
  { title: "quadwords across pages", size: 8, count: 1100, from: 0xffd, to: 0x7ffb },
  { title: "words with DF set", size: 2, count: 5000, from: 0x6001, to: 0xc123, down: true },
  { title: "upwards with DF set", count: 5000, from: 0x4000, to: 0x4010, down: true },
  { title: "a pattern with DF set", count: 5000, from: 0x4000, to: 0x3ffd, down: true },
  { title: "doublewords with DF set, one byte down", size: 4, count: 1500, from: 0x4000, to: 0x3fff, down: true },
  { title: "quadwords with DF set, across pages", size: 8, count: 1500, from: 0x6ffd, to: 0xaffb, down: true },
];

test.each(COPIES)("rep movs copies $title", (setup) => {
  const m = machine(setup);
  const want = m.u8.slice();
  copyByElements(want, setup);
  expect(run(m, "repMovs")).toBe(true);
  expect(Buffer.compare(m.u8, want)).toBe(0);
  const moved = BigInt(setup.count) * BigInt(setup.size ?? 1) * (setup.down === true ? -1n : 1n);
  expect(m.gpr(RCX)).toBe(0n);
  expect(m.gpr(RSI)).toBe(BigInt(setup.from ?? 0) + moved);
  expect(m.gpr(RDI)).toBe(BigInt(setup.to ?? 0) + moved);
});

const SMALL = [1, 2, 4, 8].flatMap((size) =>
  [1, 3, 16, 17, 200].flatMap((count) =>
    [0x8000, 0x8ff0, 0x1000 - count * size].map((to) => ({ size, count, to })),
  ),
);

test.each(SMALL)("rep movs of $count × $size bytes to $to", ({ size, count, to }) => {
  for (const from of [0x3000, 0x3ffb, to - 1, to + size, to + count * size]) {
    const m = machine({ size, count, from, to });
    const want = m.u8.slice();
    copyByElements(want, { size, count, from, to });
    expect(run(m, "repMovs")).toBe(true);
    expect(Buffer.compare(m.u8, want)).toBe(0);
    const moved = BigInt(count * size);
    expect([m.gpr(RCX), m.gpr(RSI), m.gpr(RDI)]).toEqual([
      0n,
      BigInt(from) + moved,
      BigInt(to) + moved,
    ]);
  }
});

test.each(SMALL)("rep stos of $count × $size bytes to $to", ({ size, count, to }) => {
  for (const rax of [0n, 0x1_0000_0000n, 0x1122334455667788n]) {
    const m = machine({ size, count, to, rax });
    const want = m.u8.slice();
    for (let i = 0; i < count * size; i++)
      want[to + i] = Number((rax >> BigInt(8 * (i % size))) & 0xffn);
    expect(run(m, "repStos")).toBe(true);
    expect(Buffer.compare(m.u8, want)).toBe(0);
    expect([m.gpr(RCX), m.gpr(RDI)]).toEqual([0n, BigInt(to + count * size)]);
  }
});

test.each(["repMovs", "repStos"])("%s of a little to a missing page does nothing", (name) => {
  const m = machine({ size: 8, count: 4, from: 0x3000, to: 0x8010 });
  m.missing.add(8);
  expect(run(m, name)).toBe(false);
  expect(m.faultAddress).toBe(0x8010);
  expect([m.gpr(RCX), m.gpr(RSI), m.gpr(RDI)]).toEqual([4n, 0x3000n, 0x8010n]);
});

test("rep movs stops at a missing page and can be restarted", () => {
  const setup: Setup = { size: 4, count: 3000, from: 0x1002, to: 0x8001 };
  const m = machine(setup);
  const want = m.u8.slice();
  copyByElements(want, setup);
  m.missing.add(0x3000 / PAGE_SIZE);
  expect(run(m, "repMovs")).toBe(false);
  // The element at 2ffe reaches into the missing page.
  expect(m.faultAddress).toBe(0x3000);
  const done = (0x2ffe - 0x1002) / 4;
  expect(m.gpr(RCX)).toBe(BigInt(3000 - done));
  expect(m.gpr(RSI)).toBe(0x2ffen);
  expect(m.gpr(RDI)).toBe(BigInt(0x8001 + done * 4));
  m.missing.clear();
  expect(run(m, "repMovs")).toBe(true);
  expect(Buffer.compare(m.u8, want)).toBe(0);
});

test("going down, a fault names the first element of the page", () => {
  const m = machine({ count: 100, from: 0x4010, to: 0x8000, down: true });
  m.missing.add(3);
  expect(run(m, "repMovs")).toBe(false);
  expect(m.faultAddress).toBe(0x3fff);
  expect(m.gpr(RCX)).toBe(BigInt(100 - 0x11));
});

test("a source segment adds its base and leaves rsi an offset", () => {
  const m = machine({ count: 16, from: 0x20, to: 0x8000, base: 0x1000 });
  const want = m.u8.slice(0x1020, 0x1030);
  expect(run(m, "repMovs")).toBe(true);
  expect(m.u8.slice(0x8000, 0x8010)).toEqual(want);
  expect(m.gpr(RSI)).toBe(0x30n);
});

test("32-bit addresses use and write 32-bit registers, and nothing at a count of 0", () => {
  const high = 0x1234_5678_0000_0000n;
  const m = machine({ addressSize: 4, count: high + 4n, from: high + 0x10n, to: high + 0x20n });
  expect(run(m, "repMovs")).toBe(true);
  expect([m.gpr(RCX), m.gpr(RSI), m.gpr(RDI)]).toEqual([0n, 0x14n, 0x24n]);
  const idle = machine({ addressSize: 4, count: high, from: high + 0x10n });
  expect(run(idle, "repMovs")).toBe(true);
  expect([idle.gpr(RCX), idle.gpr(RSI)]).toEqual([high, high + 0x10n]);
});

test("an address beyond the address space faults before anything happens", () => {
  const m = machine({ count: 4, from: 0x8000_0000_0000_0000n, to: 0x20 });
  expect(run(m, "repMovs")).toBe(false);
  expect(m.gpr(RCX)).toBe(4n);
});

test.each([
  { title: "bytes", size: 1, rax: 0x1122334455667788n, count: 5000, down: false },
  { title: "words", size: 2, rax: 0x1122334455667788n, count: 3000, down: false },
  { title: "quadwords across pages", size: 8, rax: 0x1122334455667788n, count: 700, down: false },
  { title: "zeros", size: 4, rax: 0n, count: 1000, down: false },
  { title: "doublewords downwards", size: 4, rax: 0x1122334455667788n, count: 1000, down: true },
])("rep stos fills with $title", ({ size, rax, count, down }) => {
  const to = 0x7ffd;
  const m = machine({ size, rax, count, to, down });
  const want = m.u8.slice();
  for (let i = 0; i < count; i++) {
    const at = to + (down ? -i : i) * size;
    for (let b = 0; b < size; b++) want[at + b] = Number((rax >> BigInt(8 * b)) & 0xffn);
  }
  expect(run(m, "repStos")).toBe(true);
  expect(Buffer.compare(m.u8, want)).toBe(0);
  expect(m.gpr(RCX)).toBe(0n);
  expect(m.gpr(RDI)).toBe(BigInt(to + (down ? -count : count) * size));
});

test("rep lods keeps the last element", () => {
  const m = machine({ size: 2, count: 3000, from: 0x101, rax: -1n });
  expect(run(m, "repLods")).toBe(true);
  const last = m.view.getUint16(0x101 + 2999 * 2, true);
  expect(m.gpr(RAX)).toBe(0xffff_ffff_ffff_0000n | BigInt(last));
});

/** ZF, CF from the canonical form. */
function compared(m: FakeMachine): { zf: boolean; cf: boolean } {
  return { zf: m.getU64(S.flagResult) === 0n, cf: m.getU64(S.flagVector) >> 63n === 1n };
}

test("repe cmps stops after the first difference", () => {
  const m = machine({ count: 9000, from: 0x1000, to: 0x8000 });
  m.u8.copyWithin(0x8000, 0x1000, 0x1000 + 9000);
  m.u8[0x1000 + 6000] = 4;
  m.u8[0x8000 + 6000] = 5;
  expect(run(m, "repCmps")).toBe(true);
  expect(m.gpr(RCX)).toBe(9000n - 6001n);
  expect(m.gpr(RSI)).toBe(BigInt(0x1000 + 6001));
  expect(compared(m)).toEqual({ zf: false, cf: true });
});

test("repe cmps of equal strings sets ZF", () => {
  const m = machine({ size: 4, count: 2000, from: 0x1001, to: 0x8002 });
  m.u8.copyWithin(0x8002, 0x1001, 0x1001 + 8000);
  expect(run(m, "repCmps")).toBe(true);
  expect(m.gpr(RCX)).toBe(0n);
  expect(compared(m)).toEqual({ zf: true, cf: false });
});

test("a count of 0 keeps the flags", () => {
  const m = machine({ count: 0, prefix: REPNE });
  m.setU64(S.flagResult, 77n);
  expect(run(m, "repCmps")).toBe(true);
  expect(run(m, "repScas")).toBe(true);
  expect(m.getU64(S.flagResult)).toBe(77n);
});

test("repne scas finds a byte, repe scas skips equal ones", () => {
  const m = machine({ count: -1n, to: 0x1000, prefix: REPNE, rax: 0xaan });
  m.u8.fill(1, 0x1000, 0x5000);
  m.u8[0x3456] = 0xaa;
  expect(run(m, "repScas")).toBe(true);
  expect(m.gpr(RDI)).toBe(0x3457n);
  expect(m.gpr(RCX)).toBe(BigInt.asUintN(64, -1n - 0x2457n));
  expect(compared(m)).toEqual({ zf: true, cf: false });

  const skip = machine({ size: 8, count: 600, to: 0x1000, rax: 0x0101010101010101n });
  skip.u8.fill(1, 0x1000, 0x5000);
  skip.u8[0x1000 + 599 * 8] = 0;
  expect(run(skip, "repScas")).toBe(true);
  expect(skip.gpr(RCX)).toBe(0n);
  expect(compared(skip)).toEqual({ zf: false, cf: false });
});
