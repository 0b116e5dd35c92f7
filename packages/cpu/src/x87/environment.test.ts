/** Images of the FPU's state, pending exceptions, and what only unit tests reach. */
import { describe, expect, test } from "vitest";
import { S, Vector } from "../state.ts";
import { fullTagWord, initialize } from "./environment.ts";
import { fxState } from "./fx-state.ts";
import { fxrstorImage, fxsaveImage } from "./fxsave.ts";
import { TestMachine } from "./testing/test-machine.ts";

const IMAGE = 0x400;

function machine(): TestMachine {
  const m = new TestMachine();
  initialize(m);
  return m;
}

/** 1.0 on top of π, a zero below: three registers in use. */
function withValues(): TestMachine {
  const m = machine();
  m.call("x87.fld.constant", [6]);
  m.call("x87.fld.constant", [3]);
  m.call("x87.fld.constant", [0]);
  return m;
}

function state(m: TestMachine): string {
  return Buffer.from(m.state.buffer).toString("hex");
}

describe("pending exceptions", () => {
  /** 1 ÷ 0 with ZE unmasked. */
  function withPending(): TestMachine {
    const m = machine();
    m.view.setUint16(0, 0x037b, true);
    m.call("x87.fldcw", [0]);
    m.call("x87.fld.constant", [6]);
    m.call("x87.fld.constant", [0]);
    m.call("x87.fdiv.st", [0, 0, 1, 0]);
    return m;
  }

  test("are raised by the next waiting instruction, which does nothing", () => {
    const m = withPending();
    expect(m.raised).toBeUndefined();
    expect(m.getU16(S.fsw)).toBe(0xb084);
    const before = state(m);
    expect(m.call("x87.fxch", [1])).toBe(false);
    expect(m.raised).toBe(Vector.MF);
    expect(state(m)).toBe(
      before.slice(0, 2 * S.scratch) +
        state(m).slice(2 * S.scratch, 2 * S.xmm) +
        before.slice(2 * S.xmm),
    );
  });

  test("leave operands as they were", () => {
    const m = withPending();
    expect(m.getU16(S.x87 + 16 * 6 + 8)).toBe(0x3fff);
    expect(m.getU16(S.x87 + 16 * 7 + 8)).toBe(0);
  });

  test.each(["x87.fnclex", "x87.fninit"])("%s doesn't wait, and clears them", (name) => {
    const m = withPending();
    expect(m.call(name)).toBe(true);
    expect(m.getU16(S.fsw) & 0x80ff).toBe(0);
    expect(m.call("x87.fxch", [1])).toBe(true);
  });

  test("come about when fldcw unmasks a flag", () => {
    const m = machine();
    m.call("x87.fld.constant", [6]);
    m.call("x87.fdiv.st", [0, 0, 0, 0]); // 0 ÷ 0
    expect(m.getU16(S.fsw)).toBe(0x3801);
    m.view.setUint16(0, 0x037e, true);
    expect(m.call("x87.fldcw", [0])).toBe(true);
    expect(m.getU16(S.fsw)).toBe(0xb881);
    expect(m.call("x87.fabs")).toBe(false);
  });
});

describe("fnstenv and fnsave", () => {
  test.each([
    { isShort: 0, step: 4 },
    { isShort: 1, step: 2 },
  ])("tags show what registers hold (16-bit format: $isShort)", ({ isShort, step }) => {
    const m = withValues();
    m.call("x87.fnstenv", [IMAGE, isShort]);
    expect(m.view.getUint16(IMAGE, true)).toBe(0x037f);
    expect(m.view.getUint16(IMAGE + step, true)).toBe(0x2800);
    expect(m.view.getUint16(IMAGE + 2 * step, true)).toBe(0b01_00_00_11_11_11_11_11);
  });

  test("fnstenv masks all exceptions", () => {
    const m = machine();
    m.view.setUint16(0, 0x0340, true);
    m.call("x87.fldcw", [0]);
    m.call("x87.fnstenv", [IMAGE, 0]);
    expect(m.view.getUint16(IMAGE, true)).toBe(0x0340);
    expect(m.getU16(S.fcw)).toBe(0x037f);
  });

  test.each([0, 1])("frstor brings back what fnsave wrote (16-bit format: %d)", (isShort) => {
    const m = withValues();
    const before = state(m).slice(2 * S.x87);
    m.call("x87.fnsave", [IMAGE, isShort]);
    expect(fullTagWord(m)).toBe(0xffff);
    for (let i = 0; i < 8; i++) m.setU64(S.x87 + 16 * i, 0xdeadn);
    m.call("x87.frstor", [IMAGE, isShort]);
    expect(state(m).slice(2 * S.x87)).toBe(before);
    expect(m.getU16(S.fsw)).toBe(0x2800);
    expect(m.getU16(S.ftw)).toBe(0xe0);
  });
});

describe("fxsave", () => {
  test("image round trip", () => {
    const m = withValues();
    for (let i = 0; i < 16; i++) m.setU64(S.xmm + 16 * i, BigInt(i) << 32n);
    m.setU32(S.mxcsr, 0x1fa0);
    m.setU64(S.fip, 0x1_2345_6789n);
    const before = state(m);
    fxsaveImage(m, m.view, IMAGE, true);
    expect(m.view.getUint8(IMAGE + 4)).toBe(0xe0);
    // st(0) comes first, wherever TOP is.
    expect(m.view.getBigUint64(IMAGE + 32, true)).toBe(1n << 63n);
    expect(m.view.getUint16(IMAGE + 40, true)).toBe(0x3fff);

    const other = new TestMachine();
    other.u8.set(m.u8);
    expect(fxrstorImage(other, other.view, IMAGE, true)).toBe(true);
    other.setU64(S.scratch, m.getU64(S.scratch));
    expect(state(other)).toBe(before);
  });

  test("rejects MXCSR bits that don't exist", () => {
    const m = withValues();
    fxsaveImage(m, m.view, IMAGE, false);
    m.view.setUint32(IMAGE + 24, 0x1_0000, true);
    const before = state(m);
    expect(fxrstorImage(m, m.view, IMAGE, false)).toBe(false);
    expect(state(m)).toBe(before);
  });

  test("signal frames drop MXCSR bits that don't exist and keep the rest", () => {
    const m = withValues();
    const image = new Uint8Array(512).fill(0xcc);
    fxState.save(m.state, image);
    expect(image[416]).toBe(0xcc); // Software's own bytes.
    image[27] = 0x80;
    const other = machine();
    fxState.restore(other.state, image);
    expect(other.getU32(S.mxcsr)).toBe(m.getU32(S.mxcsr));
    expect(fullTagWord(other)).toBe(fullTagWord(m));
  });
});
