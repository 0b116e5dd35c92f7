/**
 * Where things go in an address space. There is no randomization: the same program gets the same addresses, so
 * that runs repeat and translated code can be shared between processes.
 *
 *    end          ____________________
 *                |  what is large, or |
 *                |  found no place    |
 *    2 GiB       |....................|
 *    1.5 GiB     |____________________|
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
 * What is used most is below 2 GiB: to JavaScript, addresses above are not small integers but objects, and V8's Maglev
 * compiles no accesses to them (a DataView's methods are called then, five times as slow, for good). When the part for
 * mmap is full, all other free places are used from the top down, those below 2 GiB first. What is left free above is
 * one piece: a JVM wants a gibibyte for its heap at addresses that it chooses, and another for its classes.
 */
const MIB = 1024 * 1024;

/** Pages below a stack that stay free: Linux's stack_guard_gap. */
export const STACK_GUARD_GAP: number = MIB;
/** Addresses below are never mapped: vm.mmap_min_addr. The processor keeps its own data there (`AddressSpace.start`). */
export const MMAP_MIN_ADDR = 0x20_0000;

export interface Layout {
  readonly lowEnd: number;
  readonly stackTop: number;
  readonly libraryTop: number;
  readonly mmapTop: number;
  readonly pieBase: number;
}

/** Addresses below are small integers to V8. */
const LOW_END: number = 2048 * MIB;

export function layoutFor(end: number): Layout {
  const lowEnd = Math.min(end, LOW_END);
  // Small address spaces exist only in tests: keep the proportions.
  const unit = Math.floor(lowEnd / 16 / 0x10000) * 0x10000;
  return {
    lowEnd,
    stackTop: 12 * unit - 0x10000,
    libraryTop: 11 * unit,
    mmapTop: 8 * unit,
    pieBase: 2 * unit,
  };
}
