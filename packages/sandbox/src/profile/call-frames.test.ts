import { expect, test } from "vitest";
import { CallFrames, DWARF_RBP, DWARF_RSP, type FrameRule } from "./call-frames.ts";
import { ElfImage } from "./elf-image.ts";
import { elf } from "./testing/elf.ts";

/** Where the tables are, in the file and as linked; the functions' code is at 0x5000 and after. */
const LOAD = { off: 0x200, addr: 0x4000, size: 0x400 };
const COMMON = [
  1,
  "z".charCodeAt(0),
  "R".charCodeAt(0),
  0,
  1,
  0x78,
  16,
  1,
  0x1b,
  0x0c,
  7,
  8,
  0x90,
  1,
];

interface TestFunction {
  readonly start: number;
  readonly size: number;
  readonly program: readonly number[];
}

/** .eh_frame as gcc writes it, then .eh_frame_hdr as ld does. */
function frames(functions: readonly TestFunction[]): CallFrames {
  const contents = new Uint8Array(LOAD.size);
  const view = new DataView(contents.buffer);
  let at = 0;
  const entry = (pointer: number, body: readonly number[]): void => {
    const padded = [...body, ...new Array((8 - ((body.length + 4) % 8)) % 8).fill(0)];
    view.setUint32(at, 4 + padded.length, true);
    view.setUint32(at + 4, pointer, true);
    contents.set(padded, at + 8);
    at += 8 + padded.length;
  };
  entry(0, COMMON);
  const places = functions.map(({ start, size, program }) => {
    const place = at;
    const numbers = new Uint8Array(8);
    new DataView(numbers.buffer).setInt32(0, start - (LOAD.addr + place + 8), true);
    new DataView(numbers.buffer).setUint32(4, size, true);
    entry(place + 4, [...numbers, 0, ...program]);
    return place;
  });
  const header = { off: LOAD.off + at, addr: LOAD.addr + at, size: 12 + 8 * functions.length };
  contents.set([1, 0x1b, 0x03, 0x3b], at);
  view.setUint32(at + 8, functions.length, true);
  functions.forEach(({ start }, i) => {
    view.setInt32(at + 12 + 8 * i, start - header.addr, true);
    view.setInt32(at + 16 + 8 * i, LOAD.addr + (places[i] as number) - header.addr, true);
  });
  const bytes = elf({ load: LOAD, contents, unwindHeader: header });
  const image = ElfImage.open((off, len) => bytes.subarray(off, off + len));
  return new CallFrames(image as ElfImage);
}

/** push %rbp; mov %rsp,%rbp; …; leave; ret; with more code after the return. */
const WITH_POINTER = [0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x4c, 0x0a, 0x0c, 7, 8, 0x41, 0x0b];
/** sub $24,%rsp. */
const WITHOUT_POINTER = [0x44, 0x0e, 32];
/** _start: nobody called it. */
const OUTERMOST = [0x07, 16];
/** main, as gcc writes it where it aligns the stack: the CFA is what was pushed at rbp - 8. */
const ALIGNED = [0x41, 0x0f, 3, 0x76, 0x78, 0x06];
/** A PLT: the CFA moves after the push, in each 16 bytes. */
const STUBS = [0x0f, 11, 0x77, 8, 0x80, 0, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22];

const FUNCTIONS = [
  { start: 0x5000, size: 0x20, program: WITH_POINTER },
  { start: 0x5020, size: 0x10, program: WITHOUT_POINTER },
  { start: 0x5040, size: 0x10, program: OUTERMOST },
  { start: 0x5060, size: 0x10, program: ALIGNED },
  { start: 0x5080, size: 0x40, program: STUBS },
];

const rule = (register: number, offset: number, more: Partial<FrameRule> = {}): FrameRule => ({
  ...{ register, offset, isMemory: false, isStub: false, returnAt: -8, rbpAt: undefined },
  ...more,
});

test.each([
  { title: "at its beginning", addr: 0x5000, want: rule(DWARF_RSP, 8) },
  { title: "after a push", addr: 0x5001, want: rule(DWARF_RSP, 16, { rbpAt: -16 }) },
  { title: "with a frame pointer", addr: 0x5004, want: rule(DWARF_RBP, 16, { rbpAt: -16 }) },
  { title: "at its return", addr: 0x5010, want: rule(DWARF_RSP, 8, { rbpAt: -16 }) },
  {
    title: "after a return in its middle",
    addr: 0x5011,
    want: rule(DWARF_RBP, 16, { rbpAt: -16 }),
  },
  { title: "without a frame pointer", addr: 0x5024, want: rule(DWARF_RSP, 32) },
  { title: "that nobody called", addr: 0x5048, want: "outermost" },
  { title: "that aligns its stack", addr: 0x5062, want: rule(DWARF_RBP, -8, { isMemory: true }) },
  { title: "of a PLT", addr: 0x5090, want: rule(DWARF_RSP, 8, { isStub: true }) },
  { title: "of a PLT, late", addr: 0x509b, want: rule(DWARF_RSP, 16, { isStub: true }) },
  { title: "between two", addr: 0x5055, want: undefined },
  { title: "before the first", addr: 0x4fff, want: undefined },
])("a function $title", ({ addr, want }) => {
  expect(frames(FUNCTIONS).ruleAt(addr)).toEqual(want);
});

test("tells where functions begin", () => {
  expect([...frames(FUNCTIONS).starts()]).toEqual(FUNCTIONS.map(({ start }) => start));
});

test("an instruction that nobody knows gives no rule", () => {
  expect(frames([{ start: 0x5000, size: 9, program: [0x3f] }]).ruleAt(0x5004)).toBeUndefined();
});
