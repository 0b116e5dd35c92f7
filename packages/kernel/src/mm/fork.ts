/** fork(2) for memory: the child's address space, with no byte copied. Linux's dup_mmap. */
import { PAGE_SHIFT, PAGE_SIZE } from "@kernelet/abi";
import type { MemoryManager } from "./memory-manager.ts";
import { makePte, PTE_ANON, PTE_COW_HOLDER, PTE_COW_REF, pteId, pteKind } from "./page-table.ts";
import { VM_DONTCOPY, VM_LOCKED_MASK, VM_WIPEONFORK, Vma } from "./vma.ts";

/** A copy of `parent` for a child process. Locks (mlock) are not inherited. */
export function forkMemory(parent: MemoryManager): MemoryManager {
  const child = parent.system.createMemoryManager();
  child.limits = parent.limits;
  child.startCode = parent.startCode;
  child.endCode = parent.endCode;
  child.startData = parent.startData;
  child.endData = parent.endData;
  child.startBrk = parent.startBrk;
  child.brkEnd = parent.brkEnd;
  child.startStack = parent.startStack;
  child.argStart = parent.argStart;
  child.argEnd = parent.argEnd;
  child.envStart = parent.envStart;
  child.envEnd = parent.envEnd;
  child.auxv = parent.auxv;
  child.exeFile = parent.exeFile;
  child.dumpable = parent.dumpable;

  for (const vma of parent.vmas) {
    if ((vma.flags & VM_DONTCOPY) !== 0) continue;
    child.vmas.insert(
      new Vma(child, {
        start: vma.start,
        end: vma.end,
        prot: vma.prot,
        flags: vma.flags & ~VM_LOCKED_MASK,
        file: vma.file,
        cache: vma.cache,
        firstIndex: vma.firstIndex,
        name: vma.name,
      }),
    );
    if (!vma.isShared && (vma.flags & VM_WIPEONFORK) === 0) sharePages(parent, child, vma);
  }
  return child;
}

/**
 * Shares the written private pages of `vma`. Pages that equal the file's, and pages of shared mappings, are left
 * to the child's faults.
 */
function sharePages(parent: MemoryManager, child: MemoryManager, vma: Vma): void {
  const { pages, space } = parent;
  const cow = parent.system.cow;
  const end = vma.end >>> PAGE_SHIFT;
  const readOnly = vma.accessFor(PTE_COW_HOLDER);
  const mustProtect = readOnly !== vma.accessFor(PTE_ANON);
  // [runStart, runEnd): pages that lose the write bit.
  let runStart = -1;
  let runEnd = -1;
  for (
    let page = pages.nextUsed(vma.start >>> PAGE_SHIFT, end);
    page < end;
    page = pages.nextUsed(page + 1, end)
  ) {
    const pte = pages.get(page);
    switch (pteKind(pte)) {
      case PTE_ANON: {
        const id = cow.share(space, page);
        pages.set(page, makePte(PTE_COW_HOLDER, id));
        child.pages.set(page, makePte(PTE_COW_REF, id));
        if (!mustProtect) break;
        if (page !== runEnd) {
          if (runStart >= 0) space.protect(runStart * PAGE_SIZE, runEnd * PAGE_SIZE, readOnly);
          runStart = page;
        }
        runEnd = page + 1;
        break;
      }
      case PTE_COW_HOLDER:
      case PTE_COW_REF:
        cow.addRef(pteId(pte));
        child.pages.set(page, makePte(PTE_COW_REF, pteId(pte)));
        break;
    }
  }
  if (runStart >= 0) space.protect(runStart * PAGE_SIZE, runEnd * PAGE_SIZE, readOnly);
}
