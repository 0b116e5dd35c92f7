import type { Task } from "./task.ts";
export declare function exitRobustList(task: Task): void;
