/**
 * FXSAVE and FXRSTOR.
 *
 *   fxstate.fxsave, fxstate.fxrstor (addr, isWide)
 */
import { Vector } from "../../state.ts";
import { fxrstorImage, fxsaveImage } from "../../x87/fxsave.ts";
import { argument } from "../../x87/stack.ts";
import type { Helper } from "../helper.ts";

export const fxstateHelpers: Record<string, Helper> = {
  "fxstate.fxsave": (m) => {
    fxsaveImage(m, m.view, argument(m, 0), argument(m, 1) !== 0);
    return true;
  },
  "fxstate.fxrstor": (m) => {
    const isLoaded = fxrstorImage(m, m.view, argument(m, 0), argument(m, 1) !== 0);
    return isLoaded || m.raise(Vector.GP, 0);
  },
};
