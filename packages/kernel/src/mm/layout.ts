/**
 * Where things go in an address space. There is no randomization: the same program gets the same addresses, so
 * that runs repeat and translated code can be shared between processes.
 *
 *    end          ____________________
 *    stackTop    |  stack, grows down |   up to RLIMIT_STACK
 *    libraryTop  |____________________|
 *                |  libraries         |   a place per file, see prelink.ts
 *    mmapTop     |____________________|
 *                |  mmap, downwards   |
 *                |                    |
 *                |  heap, upwards     |
 *    pieBase     |  program, if PIE   |
 *    0x400000    |  program, if not   |
 *    mmapMin     |____________________|
 *                   never mapped
 *
 * When the part for mmap is full, all other free places are used from the top down.
 */
const MIB = 1024 * 1024;

/** Pages below a stack that stay free: Linux's stack_guard_gap. */
export const STACK_GUARD_GAP: number = MIB;
/** Addresses below are never mapped: vm.mmap_min_addr. The processor keeps its own data there (`AddressSpace.start`). */
export const MMAP_MIN_ADDR = 0x20_0000;

export interface Layout {
  readonly stackTop: number;
  readonly libraryTop: number;
  readonly mmapTop: number;
  readonly pieBase: number;
}

export function layoutFor(end: number): Layout {
  // Small address spaces exist only in tests: keep the proportions.
  const unit = Math.min(256 * MIB, Math.floor(end / 16 / 0x10000) * 0x10000);
  return {
    stackTop: end - 0x10000,
    libraryTop: end - unit,
    mmapTop: end - 3 * unit,
    pieBase: unit,
  };
}
