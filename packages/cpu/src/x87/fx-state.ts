/** FXSAVE images of registers that are in no running machine: signal frames. */
import type { FxState } from "../engine/registers.ts";
import { StateView } from "../engine/state-view.ts";
import { FXSAVE_SIZE, MXCSR_MASK } from "./environment.ts";
import { fxrstorImage, fxsaveImage, MXCSR } from "./fxsave.ts";

export const fxState: FxState = {
  save(state, into) {
    const view = new DataView(into.buffer, into.byteOffset, FXSAVE_SIZE);
    fxsaveImage(new StateView(state), view, 0, true);
  },

  /** Reserved MXCSR bits are cleared first, as the kernel does before it loads a signal frame. */
  restore(state, from) {
    const copy = from.slice(0, FXSAVE_SIZE);
    const view = new DataView(copy.buffer);
    view.setUint32(MXCSR, view.getUint32(MXCSR, true) & MXCSR_MASK, true);
    fxrstorImage(new StateView(state), view, 0, true);
  },
};
