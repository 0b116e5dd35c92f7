/**
 * Where things go in an address space. There is no randomization: the same program gets the same addresses, so
 * that runs repeat and translated code can be shared between processes.
 *
 *    end          ____________________
 *                |                    |
 *    2 GiB       |____________________|
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
 * When the part for mmap is full, all other free places are used from the top down. What is used most is below 2 GiB:
 * to JavaScript, addresses above are not small integers but objects, and V8 compiles no accesses to them (Maglev: a
 * DataView's methods are called then, five times as slow, for good).
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
  const top = Math.min(end, 2048 * MIB);
  // Small address spaces exist only in tests: keep the proportions.
  const unit = Math.floor(top / 16 / 0x10000) * 0x10000;
  return {
    stackTop: top - 0x10000,
    libraryTop: top - unit,
    mmapTop: top - 4 * unit,
    pieBase: 2 * unit,
  };
}
