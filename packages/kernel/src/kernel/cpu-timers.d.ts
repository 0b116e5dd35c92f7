import type { ThreadGroup } from "./thread-group.ts";
export declare function checkCpuTimers(group: ThreadGroup): void;
