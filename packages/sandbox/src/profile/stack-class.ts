/** From a stack of V8's to what it says about the guest. */
import { CALLER_OF_HELPERS, CALLERS_OF_HANDLERS, handlerNames, OWN_FRAMES } from "./own-frames.ts";
import { FrameKind, type FrameKindId } from "./profile-data.ts";
import type { V8Stack } from "./v8-profile.ts";

export interface TailFrame {
  readonly kind: FrameKindId;
  readonly label: string;
}

export interface StackClass {
  /** The thread waits for something to do. */
  readonly isIdle: boolean;
  /** A guest's code is on the stack, or the kernel at work for it. */
  readonly isGuest: boolean;
  /** Where translated regions begin whose calls are on the stack, from the outermost. */
  readonly regions: readonly number[];
  /** Interpreted code called the first of these. */
  readonly isInterpretedBelow: boolean;
  /** Interpreted code was called by the last of these, or there is none. */
  readonly isInterpretedAbove: boolean;
  /** What of ours the guest's code has called. */
  readonly tail: readonly TailFrame[];
  /** What executes, for the table. */
  readonly tier: string;
  /** The helper that runs. */
  readonly helper: string | undefined;
}

/** regions.ts names its functions so. */
const REGION = /^guest 0x([0-9a-f]+)$/;
const WASM = "wasm://";
const UNNAMED_CALL = "a system call";

export class Classifier {
  readonly #known: WeakMap<V8Stack, StackClass> = new WeakMap();
  readonly #handlers: ReadonlyMap<string, string> = handlerNames();

  of(stack: V8Stack): StackClass {
    let found = this.#known.get(stack);
    if (found === undefined) {
      found = this.#classify(stack);
      this.#known.set(stack, found);
    }
    return found;
  }

  #classify({ frames }: V8Stack): StackClass {
    const regions: number[] = [];
    let tail: TailFrame[] = [];
    let isInterpretedBelow = false;
    let isInterpretedAbove = false;
    let hasWasm = false;
    let isCall = false;
    let helper: string | undefined;
    let caller = "";
    for (const { functionName, url } of frames) {
      if (url.startsWith(WASM)) {
        hasWasm = true;
        const region = REGION.exec(functionName);
        if (region !== null) regions.push(Number.parseInt(region[1] as string, 16));
        else if (regions.length === 0) isInterpretedBelow = true;
        isInterpretedAbove = region === null;
        tail = [];
      } else if (
        CALLERS_OF_HANDLERS.includes(caller) &&
        !CALLERS_OF_HANDLERS.includes(functionName)
      ) {
        const label = this.#handlers.get(functionName);
        if (label !== undefined || functionName === "") {
          isCall = true;
          tail = [{ kind: FrameKind.kernel, label: label ?? UNNAMED_CALL }];
        }
      } else if (caller === CALLER_OF_HELPERS && hasWasm) {
        helper = functionName === "" ? "helper" : functionName;
        tail = [{ kind: FrameKind.guest, label: `[${helper}]` }];
      } else {
        const own = OWN_FRAMES.get(functionName);
        // What a system call does on its way is that system call.
        if (own !== undefined && !isCall && tail.at(-1)?.label !== own.label) tail.push(own);
      }
      caller = functionName;
    }
    const isIdle = frames.at(-1)?.functionName === "(idle)";
    const isGuest = hasWasm || isCall;
    // The scheduler is what a slice has been called by; it counts where nothing else does.
    if (tail.length > 1 && tail[0]?.label === "scheduler") tail = tail.slice(1);
    const tier = tierOf(tail, hasWasm, isInterpretedAbove, helper);
    const facts = { isInterpretedBelow, isInterpretedAbove, tail, tier, helper };
    return { isIdle, isGuest, regions, ...facts };
  }
}

function tierOf(
  tail: readonly TailFrame[],
  hasWasm: boolean,
  isInterpreted: boolean,
  helper: string | undefined,
): string {
  const last = tail.at(-1);
  if (last?.kind === FrameKind.kernel) return "kernel";
  if (last?.kind === FrameKind.translation) return last.label;
  if (last?.kind === FrameKind.sandbox) return last.label;
  if (helper !== undefined) return "helpers";
  if (hasWasm) return isInterpreted ? "interpreter" : "translated regions";
  return "sandbox";
}
