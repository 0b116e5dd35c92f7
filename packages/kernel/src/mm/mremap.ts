/** mremap(2). */
import {
  EAGAIN,
  EFAULT,
  EINVAL,
  ENOMEM,
  EPERM,
  type Errno,
  isErrno,
  MREMAP_DONTUNMAP,
  MREMAP_FIXED,
  MREMAP_MAYMOVE,
  PAGE_SHIFT,
  PAGE_SIZE,
  TASK_SIZE,
} from "@kernelet/abi";
import { findFreePlace, findPlaceNear } from "./free-place.ts";
import { MMAP_MIN_ADDR } from "./layout.ts";
import { mayExpand } from "./limits.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { munmap, populate, unmapRange } from "./mmap.ts";
import { isResident, PTE_COW_HOLDER, PTE_NONE, pteId, pteKind } from "./page-table.ts";
import { pageAlign } from "./user-range.ts";
import { VM_LOCKED, VM_LOCKED_MASK, VM_LOCKONFAULT, VM_SPECIAL, Vma } from "./vma.ts";

export interface MremapRequest {
  readonly oldAddr: number;
  readonly oldSize: number;
  readonly newSize: number;
  readonly flags: number;
  readonly newAddr: number;
  /** As for mmap. */
  readonly lockLimit?: number;
}

/** @returns the address of the mapping as it is afterwards. */
export function mremap(mm: MemoryManager, request: MremapRequest): number | Errno {
  const { oldAddr, flags } = request;
  const oldLen = pageAlign(request.oldSize);
  const newLen = pageAlign(request.newSize);
  const wrong = checkArguments(mm, request, oldLen, newLen);
  if (isErrno(wrong)) return wrong;

  const vma = mm.vmas.find(oldAddr);
  if (vma === undefined) return EFAULT;

  if ((flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) !== 0) {
    return moveTo(mm, vma, request, oldLen, newLen);
  }

  if (oldLen >= newLen) {
    const result = shrink(mm, oldAddr, oldLen, newLen);
    return isErrno(result) ? result : oldAddr;
  }

  const checked = checkResize(mm, vma, request, oldLen, newLen);
  if (isErrno(checked)) return checked;

  if (oldLen > 0 && oldAddr + oldLen === vma.end) {
    const end = oldAddr + newLen;
    const next = mm.vmas.after(vma.end);
    if (end <= mm.space.end && (next === undefined || next.start >= end)) {
      const from = vma.end;
      mm.vmas.growUp(vma, end);
      if ((vma.flags & VM_LOCKED) !== 0) {
        mm.lockedPages += (end - from) >>> PAGE_SHIFT;
        if ((vma.flags & VM_LOCKONFAULT) === 0) populate(mm, vma, from, end);
      }
      mm.vmas.mergeAround(vma);
      return oldAddr;
    }
  }

  if ((flags & MREMAP_MAYMOVE) === 0) return ENOMEM;
  const place = findFreePlace(mm, newLen);
  if (isErrno(place)) return place;
  return move(mm, oldAddr, oldLen, newLen, place, flags);
}

/** What can be said without a look at the mapping: check_mremap_params(), whose order is that of Linux 6.17. */
function checkArguments(
  mm: MemoryManager,
  request: MremapRequest,
  oldLen: number,
  newLen: number,
): 0 | Errno {
  const { oldAddr, newAddr, flags } = request;
  if ((flags & ~(MREMAP_FIXED | MREMAP_MAYMOVE | MREMAP_DONTUNMAP)) !== 0) return EINVAL;
  const hasPlace = (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) !== 0;
  if (hasPlace && (flags & MREMAP_MAYMOVE) === 0) return EINVAL;
  // As in Linux before 6.17, these are the sizes as they were given.
  if ((flags & MREMAP_DONTUNMAP) !== 0 && request.oldSize !== request.newSize) return EINVAL;
  if (oldAddr % PAGE_SIZE !== 0) return EINVAL;
  if (newLen === 0 || newLen > TASK_SIZE) return EINVAL;
  if (!hasPlace) return 0;
  if (newAddr % PAGE_SIZE !== 0 || newAddr > TASK_SIZE - newLen) return EINVAL;
  const oldEnd = (oldAddr + oldLen) % 2 ** 64;
  if (newAddr + newLen > oldAddr && oldEnd > newAddr) return EINVAL;
  return hasRoomToMove(mm) ? 0 : ENOMEM;
}

/** Moving may cut a vma in three and adds one. */
function hasRoomToMove(mm: MemoryManager): boolean {
  return mm.vmas.count + 3 <= mm.system.maxMapCount;
}

/** Takes the end away, which may lie in other mappings. What munmap(2) would refuse is refused. */
function shrink(mm: MemoryManager, addr: number, oldLen: number, newLen: number): 0 | Errno {
  return oldLen === newLen ? 0 : munmap(mm, addr + newLen, oldLen - newLen);
}

/** mremap_to(): MREMAP_FIXED, or MREMAP_DONTUNMAP for which `newAddr` is a hint. */
function moveTo(
  mm: MemoryManager,
  vma: Vma,
  request: MremapRequest,
  oldLen: number,
  newLen: number,
): number | Errno {
  const { oldAddr, newAddr, flags } = request;
  const isFixed = (flags & MREMAP_FIXED) !== 0;
  if (isFixed && newAddr + newLen > mm.space.end) return ENOMEM;
  if (isFixed && newAddr < MMAP_MIN_ADDR) return EPERM;
  const movedLen = Math.min(oldLen, newLen);
  const checked = checkResize(mm, vma, request, movedLen, newLen);
  if (isErrno(checked)) return checked;
  if (!isFixed) {
    const place = findPlaceNear(mm, newAddr, newLen);
    return isErrno(place) ? place : move(mm, oldAddr, oldLen, newLen, place, flags);
  }
  const freed = unmapRange(mm, newAddr, newAddr + newLen);
  if (isErrno(freed)) return freed;
  const shrunk = shrink(mm, oldAddr, oldLen, movedLen);
  if (isErrno(shrunk)) return shrunk;
  return move(mm, oldAddr, movedLen, newLen, newAddr, flags);
}

/** vma_to_resize(): whether this part of the vma may get the new size. */
function checkResize(
  mm: MemoryManager,
  vma: Vma,
  request: MremapRequest,
  oldLen: number,
  newLen: number,
): 0 | Errno {
  const { oldAddr, flags, lockLimit = Number.POSITIVE_INFINITY } = request;
  // An old size of 0 makes a second mapping of the same pages; private pages cannot be had twice.
  if (oldLen === 0 && !vma.isShared) return EINVAL;
  if ((vma.flags & VM_SPECIAL) !== 0 && newLen !== oldLen) return EFAULT;
  if ((flags & MREMAP_DONTUNMAP) !== 0 && (vma.flags & VM_SPECIAL) !== 0) return EINVAL;
  if (oldLen > vma.end - oldAddr) return EFAULT;
  if (newLen > mm.space.end) return ENOMEM;
  if (newLen > oldLen && (vma.flags & VM_LOCKED) !== 0) {
    const locked = mm.lockedPages * PAGE_SIZE + newLen - oldLen;
    if (locked > lockLimit) return EAGAIN;
  }
  const more = (flags & MREMAP_DONTUNMAP) !== 0 ? newLen : newLen - oldLen;
  if (more > 0 && !mayExpand(mm, vma.prot, vma.flags, more)) return ENOMEM;
  return hasRoomToMove(mm) ? 0 : ENOMEM;
}

/** Moves [oldAddr, oldAddr + oldLen) with its pages to the free place `to`, where it gets `newLen` bytes. */
function move(
  mm: MemoryManager,
  oldAddr: number,
  oldLen: number,
  newLen: number,
  to: number,
  flags: number,
): number | Errno {
  const keepsOld = (flags & MREMAP_DONTUNMAP) !== 0;
  if (oldLen > 0 && !keepsOld) {
    mm.vmas.splitAt(oldAddr);
    mm.vmas.splitAt(oldAddr + oldLen);
  }
  const old = mm.vmas.find(oldAddr);
  if (old === undefined) return EFAULT;
  const moved = new Vma(mm, {
    start: to,
    end: to + newLen,
    prot: old.prot,
    flags: old.flags,
    file: old.file,
    cache: old.cache,
    firstIndex: old.indexOf(oldAddr >>> PAGE_SHIFT),
    name: old.name,
  });
  // Not merged yet: for the pages to move, both vmas must be whole.
  mm.vmas.insertAlone(moved);
  if (oldLen > 0) {
    movePages(mm, oldAddr, to, oldLen, moved);
    if (!keepsOld) mm.vmas.remove(old);
    else {
      // What stays behind is empty. The whole vma is locked no more, also around it.
      old.flags &= ~VM_LOCKED_MASK;
      mm.vmas.mergeAround(old);
    }
  }
  if ((moved.flags & VM_LOCKED) !== 0) {
    mm.lockedPages += (newLen - oldLen) >>> PAGE_SHIFT;
    if ((moved.flags & VM_LOCKONFAULT) === 0) populate(mm, moved, to + oldLen, to + newLen);
  }
  mm.vmas.mergeAround(moved);
  return to;
}

/** Moves page-table entries and bytes. The processor cannot remap, so resident pages are copied. */
function movePages(mm: MemoryManager, from: number, to: number, len: number, moved: Vma): void {
  const { pages, space } = mm;
  const first = from >>> PAGE_SHIFT;
  const last = (from + len) >>> PAGE_SHIFT;
  const distance = (to - from) / PAGE_SIZE;
  let used = false;
  for (let page = pages.nextUsed(first, last); page < last; page = pages.nextUsed(page + 1, last)) {
    const pte = pages.get(page);
    used = true;
    if (isResident(pte)) {
      const at = page * PAGE_SIZE;
      space.bytes.copyWithin((page + distance) * PAGE_SIZE, at, at + PAGE_SIZE);
    }
    if (pteKind(pte) === PTE_COW_HOLDER) mm.system.cow.moveHolder(pteId(pte), page + distance);
    pages.set(page + distance, pte);
    pages.set(page, PTE_NONE);
  }
  if (!used) return;
  space.protect(from, from + len, 0);
  mm.reprotect(moved, to, to + len);
}
