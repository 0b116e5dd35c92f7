/** What IPC objects and messages take of the kernel's memory: so many and so large ones that a guest could fill the host's. */
import { PAGE_SIZE } from "@kernelet/abi";
import type { PhysicalMemory } from "../mm/physical-memory.ts";

/** Counts what objects take of the kernel's own memory, in whole pages. */
export class IpcMemory {
  readonly #memory: PhysicalMemory;
  #bytes = 0;

  constructor(memory: PhysicalMemory) {
    this.#memory = memory;
  }

  /** @returns false if there is no memory for it. */
  charge(bytes: number): boolean {
    const pages = pagesOf(this.#bytes + bytes) - pagesOf(this.#bytes);
    if (pages > 0 && !this.#memory.chargeKernel(pages)) return false;
    this.#bytes += bytes;
    return true;
  }

  uncharge(bytes: number): void {
    const pages = pagesOf(this.#bytes) - pagesOf(this.#bytes - bytes);
    this.#bytes -= bytes;
    this.#memory.unchargeKernel(pages);
  }
}

function pagesOf(bytes: number): number {
  return Math.ceil(bytes / PAGE_SIZE);
}
