/** FXSAVE images of registers that are in no running machine: signal frames. */
import type { FxState } from "../engine/registers.ts";
import { FXSAVE_SIZE, MXCSR_MASK } from "./environment.ts";
import { fxrstorImage, fxsaveImage, MXCSR } from "./fxsave.ts";
import type { StateBlock } from "./stack.ts";

function stateBlock(state: DataView): StateBlock {
  return {
    getU16: (offset) => state.getUint16(offset, true),
    setU16: (offset, v) => state.setUint16(offset, v, true),
    getU32: (offset) => state.getUint32(offset, true),
    setU32: (offset, v) => state.setUint32(offset, v, true),
    getU64: (offset) => state.getBigUint64(offset, true),
    setU64: (offset, v) => state.setBigUint64(offset, v, true),
  };
}

export const fxState: FxState = {
  save(state, into) {
    const view = new DataView(into.buffer, into.byteOffset, FXSAVE_SIZE);
    fxsaveImage(stateBlock(state), view, 0, true);
  },

  /** Reserved MXCSR bits are cleared first, as the kernel does before it loads a signal frame. */
  restore(state, from) {
    const copy = from.slice(0, FXSAVE_SIZE);
    const view = new DataView(copy.buffer);
    view.setUint32(MXCSR, view.getUint32(MXCSR, true) & MXCSR_MASK, true);
    fxrstorImage(stateBlock(state), view, 0, true);
  },
};
