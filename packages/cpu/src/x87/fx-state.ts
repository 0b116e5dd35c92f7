/** FXSAVE images of a register file that no helper is looking at: signal frames. */
import type { Machine } from "../engine/helper.ts";
import type { FxState } from "../engine/registers.ts";
import { FXSAVE_SIZE, MXCSR_MASK } from "./environment.ts";
import { fxrstorImage, fxsaveImage } from "./fxsave.ts";

/** The state accessors of a machine over a state block; memory is out of reach. */
function stateOnly(state: DataView): Machine {
  const unreachable = (): false => {
    throw new Error("an FXSAVE image touches no guest memory");
  };
  return {
    u8: new Uint8Array(0),
    view: state,
    getU16: (offset) => state.getUint16(offset, true),
    setU16: (offset, v) => state.setUint16(offset, v, true),
    getU32: (offset) => state.getUint32(offset, true),
    setU32: (offset, v) => state.setUint32(offset, v, true),
    getU64: (offset) => state.getBigUint64(offset, true),
    setU64: (offset, v) => state.setBigUint64(offset, v, true),
    getF64: (offset) => state.getFloat64(offset, true),
    setF64: (offset, v) => state.setFloat64(offset, v, true),
    ensureReadable: unreachable,
    ensureWritable: unreachable,
    raise: unreachable,
    timeStamp: () => 0n,
  };
}

export const fxState: FxState = {
  save(state: DataView, into: Uint8Array): void {
    const view = new DataView(into.buffer, into.byteOffset, FXSAVE_SIZE);
    fxsaveImage(stateOnly(state), view, 0, true);
  },

  /** Reserved MXCSR bits are cleared first, as the kernel does before it loads a signal frame. */
  restore(state: DataView, from: Uint8Array): void {
    const copy = from.slice(0, FXSAVE_SIZE);
    const view = new DataView(copy.buffer);
    view.setUint32(24, view.getUint32(24, true) & MXCSR_MASK, true);
    fxrstorImage(stateOnly(state), view, 0, true);
  },
};
