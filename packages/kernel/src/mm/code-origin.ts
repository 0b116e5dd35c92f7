/** Where code in an address space comes from: for a processor that keeps what it has made of code from run to run. */
import { PAGE_SIZE, PROT_EXEC, PROT_WRITE } from "@kernelet/abi";
import type { AddressSpace } from "../arch/x86/processor.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { populate } from "./mmap.ts";
import type { PageCache } from "./page-cache.ts";
import type { Vma } from "./vma.ts";

/** A mapping of a file's code: the same object for as long as it lasts. */
export interface CodeMapping {
  readonly cache: PageCache | null;
  readonly start: number;
  /** Byte offset in the file at `start`. */
  readonly off: number;
}

/** The mapping of a file that has the code at `pc`, if the task that runs now has `space` and cannot write there. */
function codeVma(kernel: Kernel, space: AddressSpace, pc: number): Vma | undefined {
  const mm = kernel.scheduler.current?.mm;
  if (mm?.space !== space) return undefined;
  const vma = mm.vmas.find(pc);
  if (vma === undefined || vma.file === null) return undefined;
  return (vma.prot & (PROT_EXEC | PROT_WRITE)) === PROT_EXEC ? vma : undefined;
}

export function codeMapping(
  kernel: Kernel,
  space: AddressSpace,
  pc: number,
): CodeMapping | undefined {
  return codeVma(kernel, space, pc);
}

/** Makes the page at `addr` present, if it is code of a file: as a fault-around may do at any time. */
export function bringInCode(kernel: Kernel, space: AddressSpace, addr: number): void {
  const vma = codeVma(kernel, space, addr);
  if (vma === undefined || vma.isShared) return;
  const start = addr - (addr % PAGE_SIZE);
  populate(vma.mm, vma, start, start + PAGE_SIZE);
}
