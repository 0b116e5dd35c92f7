/** What containers are to reach: rows of docs/performance.md. */

export interface FigureGoal {
  readonly what: string;
  readonly toReach: string;
  readonly benchmark: string;
  readonly kind: "ns" | "bytes";
  readonly figure: string;
  /** Only what goes beyond this figure counts. */
  readonly beyond?: string;
  readonly most?: number;
  /** It must be as good as this peer, or better. */
  readonly aheadOf?: string;
}

const MIB = 1024 * 1024;

function milliseconds(what: string, most: number, benchmark: string, figure: string): FigureGoal {
  return { what, toReach: `≤ ${most} ms`, benchmark, kind: "ns", figure, most: most * 1e6 };
}

function asGvisor(what: string, benchmark: string, figure: string): FigureGoal {
  return { what, toReach: "gVisor's, or more", benchmark, kind: "ns", figure, aheadOf: "runsc" };
}

function bytes(
  what: string,
  toReach: string,
  most: number,
  more: Pick<FigureGoal, "benchmark" | "figure" | "beyond">,
): FigureGoal {
  return { what, toReach: `≤ ${toReach}`, kind: "bytes", most, ...more };
}

// biome-ignore format: a goal a line.
export const CONTAINER_GOALS: readonly FigureGoal[] = [
  milliseconds("run IMAGE busybox true, warm", 300, "run", "small"),
  milliseconds("from the SDK's create to the end of a first exec, warm", 150, "first-exec", "first"),
  asGvisor("nginx, a file of 1 KB", "nginx", "1k"),
  asGvisor("nginx, a file of 100 KB", "nginx", "100k"),
  asGvisor("redis, GET", "redis", "get"),
  asGvisor("redis, SET", "redis", "set"),
  asGvisor("redis, GET, pipelined", "redis", "get-pipelined"),
  asGvisor("redis, SET, pipelined", "redis", "set-pipelined"),
  bytes("read to start from an image of 1 GiB, beyond what one of 2 MB takes", "10 MiB", 10 * MIB, { benchmark: "image-read", figure: "large", beyond: "small" }),
  bytes("memory of 50 idle containers", "4 GiB", 4096 * MIB, { benchmark: "idle", figure: "memory" }),
];
