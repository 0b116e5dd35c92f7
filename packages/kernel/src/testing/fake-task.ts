/** As much of a task as files need: it blocks by saying so, and remembers how far it got. For tests. */
import { BLOCKED } from "../kernel/result.ts";
import type { Task } from "../kernel/task.ts";
import type { WaitQueue } from "../kernel/wait-queue.ts";
import type { TestFs } from "./test-fs.ts";

export interface FakeTask {
  readonly task: Task;
  /** Queues of the last `block`. */
  waitsOn: readonly WaitQueue[];
}

export function fakeTask(fs: TestFs): FakeTask {
  const fake: { task: Task; waitsOn: readonly WaitQueue[] } = {
    waitsOn: [],
    task: null as unknown as Task,
  };
  fake.task = {
    ...fs.walker,
    kernel: { vfs: fs.vfs, clock: { monotonicNs: () => 0 } },
    threadGroup: { tgid: 7, rlimits: [], processGroup: { session: { terminal: null } } },
    pending: { done: 0, copied: 0, deadlineNs: undefined, data: null },
    nsproxy: { net: fs },
    isRetry: false,
    timedOut: false,
    block(queues: readonly WaitQueue[]) {
      fake.waitsOn = queues;
      return BLOCKED;
    },
  } as unknown as Task;
  return fake;
}
