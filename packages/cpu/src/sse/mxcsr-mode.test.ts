/** Rounding that changes in a called function while its caller is translated code. */
import { beforeAll, expect, test } from "vitest";
import { Engine } from "../engine/engine.ts";
import { registerAllHelpers } from "../engine/helpers/index.ts";
import { S, Vector } from "../state.ts";
import { add, DOUBLE, FloatContext } from "./soft-float.ts";

const CODE = 0x1_0000;
const DATA = 0x2_0000;
const TURNS = 6000;
/** Counter's value at which the rounding changes. */
const CHANGE = 3000;

/**
 * start: call f; addsd xmm0, xmm1; dec ecx; jnz start; int3
 * f:     cmp ecx, 3000; jne 1f; ldmxcsr [rsi]; 1: ret
 */
const PROGRAM = Buffer.from("e809000000f20f58c1ffc975f3cc81f9b80b000075030fae16c3", "hex");

beforeAll(registerAllHelpers);

test.each([
  { title: "up, translated", mxcsr: 0x5f80, translate: true },
  { title: "down, translated", mxcsr: 0x3f80, translate: true },
  { title: "up, interpreted", mxcsr: 0x5f80, translate: false },
])("rounds $title, from the instruction after ldmxcsr on", ({ mxcsr, translate }) => {
  const engine = new Engine({
    fx: { save: () => {}, restore: () => {} },
    timeStamp: () => 0n,
    translate,
  });
  const space = engine.createAddressSpace();
  space.protect(CODE, CODE + 4096, 1 | 4);
  space.protect(DATA, DATA + 4096, 1 | 2);
  space.bytes.set(PROGRAM, CODE);
  space.view.setUint32(DATA, mxcsr, true);
  const registers = engine.createRegisters();
  registers.attach(space);
  const state = new DataView(space.memory.buffer, space.stateBytes.byteOffset);
  state.setBigUint64(S.gpr + 8, BigInt(TURNS), true); // rcx
  state.setBigUint64(S.gpr + 32, BigInt(DATA + 4096), true); // rsp
  state.setBigUint64(S.gpr + 48, BigInt(DATA), true); // rsi
  state.setBigUint64(S.rip, BigInt(CODE), true);
  state.setFloat64(S.xmm + 16, 1 / 3, true);

  const stop = engine.run(
    registers,
    space,
    { syscall: () => false, pageFault: () => false },
    1_000_000,
  );
  expect(stop).toMatchObject({ kind: "exception", vector: Vector.BP });

  const third = state.getBigUint64(S.xmm + 16, true);
  let want = 0n;
  for (let n = TURNS; n > 0; n--)
    want = add(new FloatContext(n > CHANGE ? 0x1f80 : mxcsr), DOUBLE, want, third);
  expect(state.getBigUint64(S.xmm, true)).toBe(want);
});
