/** What the translator needs of WebAssembly: each by trying it. */
import type { Check, Finding } from "./check.ts";
import { MULTI_VALUE, SATURATING_CONVERSION, SIMD, TAIL_CALL } from "./probe-modules.ts";

interface Feature {
  readonly name: string;
  readonly module: Uint8Array<ArrayBuffer>;
}

const FEATURES: readonly Feature[] = [
  { name: "tail calls", module: TAIL_CALL },
  { name: "128-bit SIMD", module: SIMD },
  { name: "saturating conversions", module: SATURATING_CONVERSION },
  { name: "several results", module: MULTI_VALUE },
];

function features(): Finding {
  const missing = FEATURES.filter(({ module }) => !WebAssembly.validate(module));
  const names = (some: readonly Feature[]) => some.map(({ name }) => name).join(", ");
  if (missing.length === 0) return { status: "ok", found: names(FEATURES) };
  return { status: "fail", found: `no ${names(missing)}`, advice: "a newer Node has them" };
}

/** 64 KiB each. */
const PAGES_OF_4_GIB = 65536;
/** A guest process each, though not more processes than that at once: address spaces of the dead are used again. */
const ENOUGH_SPACES = 64;

function memories(): Finding {
  const spaces: WebAssembly.Memory[] = [];
  try {
    while (spaces.length < ENOUGH_SPACES) {
      spaces.push(new WebAssembly.Memory({ initial: PAGES_OF_4_GIB, maximum: PAGES_OF_4_GIB }));
    }
  } catch {
    const advice =
      "each process of a program needs one; look at `ulimit -v` and vm.overcommit_memory";
    const status = spaces.length === 0 ? "fail" : "warn";
    return { status, found: `${spaces.length} of 4 GiB`, advice };
  }
  return { status: "ok", found: `${ENOUGH_SPACES} of 4 GiB and more` };
}

/** Guest calls nest on V8's stack. The sandbox process sets a size of its own; this is the limit around it. */
function stack(): Finding {
  const found = `${depth()} JavaScript frames`;
  return { status: "ok", found };
}

function depth(): number {
  let frames = 0;
  const descend = (): void => {
    frames++;
    descend();
  };
  try {
    descend();
  } catch {
    // The only way to know is to arrive.
  }
  return frames;
}

export const webAssemblyChecks: readonly Check[] = [
  { id: "webassembly", title: "WebAssembly", run: features },
  { id: "memories", title: "address spaces", run: memories },
  { id: "stack", title: "stack", run: stack },
];
