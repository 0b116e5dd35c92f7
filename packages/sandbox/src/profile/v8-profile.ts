/**
 * What V8's sampling profiler has seen: once in a millisecond, from a thread of its own, which function the sandbox's
 * thread was in and who had called it. Generated Wasm is a function like any other, so no guest code has to help.
 */

interface V8Frame {
  readonly functionName: string;
  readonly url: string;
}

interface V8Node {
  readonly id: number;
  readonly callFrame: V8Frame;
  readonly children?: readonly number[];
}

interface V8Profile {
  readonly nodes: readonly V8Node[];
  /** Microseconds of the monotonic clock, of which Node 24 gives the lower 32 bits. */
  readonly startTime: number;
  /** Id of the innermost call's node for each sample. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface Sample {
  readonly stack: V8Stack;
  /** Microseconds, as `performance.now` counts. */
  readonly timeUs: number;
  /** Since the sample before. */
  readonly deltaUs: number;
}

/** From the outermost call to the innermost. */
export interface V8Stack {
  readonly frames: readonly V8Frame[];
}

const WRAP = 2 ** 32;

/** @param clockAheadUs what the monotonic clock shows when `performance.now` shows zero */
export function readSamples(json: string, clockAheadUs: number, nowUs: number): Sample[] {
  const { nodes, samples, timeDeltas, startTime } = JSON.parse(json) as V8Profile;
  const stacks = stacksOf(nodes);
  const since = (((nowUs + clockAheadUs - startTime) % WRAP) + WRAP) % WRAP;
  let timeUs = nowUs - since;
  return samples.flatMap((id, i) => {
    const deltaUs = timeDeltas[i] ?? 0;
    timeUs += deltaUs;
    const stack = stacks.get(id);
    return stack === undefined ? [] : [{ stack, timeUs, deltaUs }];
  });
}

function stacksOf(nodes: readonly V8Node[]): Map<number, V8Stack> {
  const parents = new Map<number, number>();
  const byId = new Map<number, V8Node>();
  for (const node of nodes) {
    byId.set(node.id, node);
    for (const child of node.children ?? []) parents.set(child, node.id);
  }
  const stacks = new Map<number, V8Stack>();
  for (const { id } of nodes) {
    const frames: V8Frame[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = byId.get(at);
      if (node !== undefined) frames.push(node.callFrame);
    }
    stacks.set(id, { frames: frames.reverse() });
  }
  return stacks;
}
