import type { Kernel } from "./kernel.ts";
/** @returns whether a page over the limit may be given out, because memory is about to be freed. */
export declare function outOfMemory(kernel: Kernel): boolean;
