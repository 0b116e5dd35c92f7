/** What this process uses of the machine's memory. */
import process from "node:process";
import { getHeapStatistics } from "node:v8";
import type { MemoryUse } from "../memory-watch.ts";

export function memoryUse(): MemoryUse {
  const { used_heap_size: heap, heap_size_limit: heapLimit } = getHeapStatistics();
  return { resident: process.memoryUsage.rss(), heap, heapLimit };
}
