/** What all address spaces of one kernel have in common. */
import type { Processor } from "../arch/x86/processor.ts";
import { CowTable } from "./cow.ts";
import { MemoryManager } from "./memory-manager.ts";
import { PhysicalMemory } from "./physical-memory.ts";
import { PrelinkTable } from "./prelink.ts";

export class MemorySystem {
  readonly processor: Processor;
  readonly memory: PhysicalMemory;
  readonly cow: CowTable;
  readonly prelink: PrelinkTable = new PrelinkTable();
  /** vm.max_map_count. */
  maxMapCount = 65530;
  /** Address spaces that exist, for the accounting at the end of a run. */
  addressSpaces = 0;

  constructor(processor: Processor, limitPages: number = Number.POSITIVE_INFINITY) {
    this.processor = processor;
    this.memory = new PhysicalMemory(limitPages);
    this.cow = new CowTable(this.memory);
  }

  /** An empty address space with one reference. */
  createMemoryManager(): MemoryManager {
    return new MemoryManager(this);
  }
}
