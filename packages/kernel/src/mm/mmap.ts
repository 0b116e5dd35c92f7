/** mmap(2) and munmap(2). */
import {
  EACCES,
  EAGAIN,
  EEXIST,
  EINVAL,
  ENODEV,
  ENOMEM,
  EOPNOTSUPP,
  EOVERFLOW,
  EPERM,
  type Errno,
  F_SEAL_FUTURE_WRITE,
  F_SEAL_WRITE,
  isErrno,
  MAP_ANONYMOUS,
  MAP_DENYWRITE,
  MAP_EXECUTABLE,
  MAP_FIXED,
  MAP_FIXED_NOREPLACE,
  MAP_GROWSDOWN,
  MAP_HUGE_MASK,
  MAP_HUGE_SHIFT,
  MAP_HUGETLB,
  MAP_LOCKED,
  MAP_NONBLOCK,
  MAP_NORESERVE,
  MAP_POPULATE,
  MAP_PRIVATE,
  MAP_SHARED,
  MAP_SHARED_VALIDATE,
  MAP_STACK,
  MAP_SYNC,
  MAP_TYPE,
  PAGE_SHIFT,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
  TASK_SIZE,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import { hasElfMagic } from "../fs/binfmt/elf-file.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { bringAnonymousRange } from "./fault.ts";
import { MMAP_MIN_ADDR, STACK_GUARD_GAP } from "./layout.ts";
import { mayExpand } from "./limits.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { PageCache } from "./page-cache.ts";
import {
  VM_GROWSDOWN,
  VM_LOCKED,
  VM_LOCKED_MASK,
  VM_MAYEXEC,
  VM_MAYWRITE,
  VM_NORESERVE,
  VM_SHARED,
  VM_SPECIAL,
  Vma,
  type VmaName,
} from "./vma.ts";

export interface MmapRequest {
  readonly addr: number;
  readonly len: number;
  readonly prot: number;
  readonly flags: number;
  /** Absent or null: anonymous. */
  readonly file?: FileDescription | null;
  /** Byte offset in the file, page aligned. */
  readonly off?: number;
  /** For the kernel's own mappings: stack, heap, vDSO. */
  readonly name?: VmaName;
  /** Bytes that may be locked in all (RLIMIT_MEMLOCK); absent: as many as there are, as for CAP_IPC_LOCK. */
  readonly lockLimit?: number;
}

/** Flags that MAP_SHARED_VALIDATE accepts. */
const KNOWN_FLAGS =
  MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_DENYWRITE | MAP_EXECUTABLE | MAP_LOCKED |
  MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB | MAP_FIXED_NOREPLACE |
  (MAP_HUGE_MASK << MAP_HUGE_SHIFT); // biome-ignore format: a set

export function pageAlign(len: number): number {
  return Math.ceil(len / PAGE_SIZE) * PAGE_SIZE;
}

/** @returns the address of the new mapping. */
export function mmap(mm: MemoryManager, request: MmapRequest): number | Errno {
  const { prot, flags } = request;
  const off = request.off ?? 0;
  const isFixed = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0;

  if (request.len === 0) return EINVAL;
  const len = pageAlign(request.len);
  if (len > mm.space.end) return ENOMEM;
  if (off + len > Number.MAX_SAFE_INTEGER) return EOVERFLOW;
  if (mm.vmas.count >= mm.system.maxMapCount) return ENOMEM;

  const lockLimit = request.lockLimit ?? Number.POSITIVE_INFINITY;
  if ((flags & MAP_LOCKED) !== 0 && lockLimit === 0) return EPERM;
  if ((flags & MAP_LOCKED) !== 0 || mm.lockFuture !== 0) {
    if (mm.lockedPages + len / PAGE_SIZE > Math.floor(lockLimit / PAGE_SIZE)) return EAGAIN;
  }

  const backing = backingOf(mm, request, len);
  if (isErrno(backing)) return backing;

  const addr = isFixed ? checkFixed(mm, request.addr, len, flags) : findPlace(mm, request, len);
  if (isErrno(addr)) return addr;

  const limit = checkLimits(mm, addr, len, prot, backing.flags);
  if (isErrno(limit)) return limit;
  if (isFixed) {
    const result = unmapRange(mm, addr, addr + len);
    if (isErrno(result)) return result;
  }

  const vma = mm.vmas.insert(
    new Vma(mm, {
      start: addr,
      end: addr + len,
      prot: prot & (PROT_READ | PROT_WRITE | PROT_EXEC),
      flags: backing.flags,
      file: backing.file,
      cache: backing.cache,
      firstIndex: backing.cache !== null ? off / PAGE_SIZE : 0,
      name: request.name ?? "",
    }),
  );
  if ((backing.flags & VM_LOCKED) !== 0) mm.lockedPages += len >>> PAGE_SHIFT;
  if (
    (backing.flags & VM_LOCKED_MASK) === VM_LOCKED ||
    (flags & (MAP_POPULATE | MAP_NONBLOCK)) === MAP_POPULATE
  ) {
    populate(mm, vma, addr, addr + len);
  }
  return addr;
}

interface Backing {
  readonly file: FileDescription | null;
  readonly cache: PageCache | null;
  readonly flags: number;
}

/** What the mapping shows, and whether the file allows that (do_mmap's second half). */
function backingOf(mm: MemoryManager, request: MmapRequest, len: number): Backing | Errno {
  const { prot, flags } = request;
  const type = flags & MAP_TYPE;
  const file = request.file ?? null;
  let vmFlags = VM_MAYWRITE | VM_MAYEXEC;
  vmFlags |= (flags & MAP_LOCKED) !== 0 ? VM_LOCKED : mm.lockFuture;
  if ((flags & MAP_NORESERVE) !== 0) vmFlags |= VM_NORESERVE;
  if (request.name === "[vdso]") vmFlags |= VM_SPECIAL;

  if (file === null) {
    if ((flags & MAP_HUGETLB) !== 0) return ENOMEM; // No huge pages are set aside: vm.nr_hugepages is 0.
    switch (type) {
      case MAP_PRIVATE:
        if ((flags & MAP_GROWSDOWN) !== 0) vmFlags |= VM_GROWSDOWN;
        return { file: null, cache: null, flags: vmFlags };
      case MAP_SHARED:
        if ((flags & MAP_GROWSDOWN) !== 0) return EINVAL;
        return {
          file: null,
          cache: new PageCache(mm.system.memory, null, len),
          flags: vmFlags | VM_SHARED,
        };
      default:
        return EINVAL;
    }
  }

  if ((flags & MAP_HUGETLB) !== 0) return EINVAL;
  switch (type) {
    case MAP_SHARED_VALIDATE:
    case MAP_SHARED:
      if (
        type === MAP_SHARED_VALIDATE &&
        ((flags & MAP_SYNC) !== 0 || (flags & ~KNOWN_FLAGS) !== 0)
      ) {
        return EOPNOTSUPP;
      }
      if (!file.isReadable) return EACCES;
      if ((prot & PROT_WRITE) !== 0 && !file.isWritable) return EACCES;
      vmFlags |= VM_SHARED;
      if (!file.isWritable) vmFlags &= ~VM_MAYWRITE;
      if ((file.inode.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) !== 0) {
        if ((prot & PROT_WRITE) !== 0) return EPERM;
        vmFlags &= ~VM_MAYWRITE;
      }
      break;
    case MAP_PRIVATE:
      if (!file.isReadable) return EACCES;
      break;
    default:
      return EINVAL;
  }
  if (file.path.mount.isNoExec) {
    if ((prot & PROT_EXEC) !== 0) return EPERM;
    vmFlags &= ~VM_MAYEXEC;
  }
  if ((flags & MAP_GROWSDOWN) !== 0) return EINVAL;
  const source = file.mmapSource();
  if (source === "zero") {
    const cache = (vmFlags & VM_SHARED) !== 0 ? new PageCache(mm.system.memory, null, len) : null;
    return { file: null, cache, flags: vmFlags };
  }
  if (isErrno(source)) return source;
  if (!(source instanceof PageCache)) return ENODEV;
  return { file, cache: source, flags: vmFlags };
}

/** MAP_FIXED: the place must be possible, with NOREPLACE also free. */
function checkFixed(mm: MemoryManager, addr: number, len: number, flags: number): number | Errno {
  if (addr % PAGE_SIZE !== 0) return EINVAL;
  if (addr > TASK_SIZE - len) return ENOMEM;
  // Beyond our 4 GiB there is no memory, though there are addresses.
  if (addr + len > mm.space.end) return ENOMEM;
  if (addr < MMAP_MIN_ADDR) return EPERM;
  if ((flags & MAP_FIXED_NOREPLACE) !== 0 && mm.vmas.overlaps(addr, addr + len)) return EEXIST;
  return addr;
}

/** may_expand_vm(), for a mapping that may replace others. */
function checkLimits(
  mm: MemoryManager,
  addr: number,
  len: number,
  prot: number,
  vmFlags: number,
): 0 | Errno {
  let replaced = 0;
  for (const v of mm.vmas.overlapping(addr, addr + len)) {
    replaced += Math.min(v.end, addr + len) - Math.max(v.start, addr);
  }
  return mayExpand(mm, prot, vmFlags, len - replaced) ? 0 : ENOMEM;
}

/** A free place: the hint, if it is one; a library's own place; else the highest gap that is large enough. */
function findPlace(mm: MemoryManager, request: MmapRequest, len: number): number | Errno {
  if (isFreeHint(mm, request.addr, len)) return hintPage(request.addr);
  if (isLibrary(request)) return findFilePlace(mm, request.file as FileDescription, len);
  return findFreePlace(mm, len);
}

/** A free place for `len` bytes: at `hint` if that is one, else anywhere. */
export function findPlaceNear(mm: MemoryManager, hint: number, len: number): number | Errno {
  return isFreeHint(mm, hint, len) ? hintPage(hint) : findFreePlace(mm, len);
}

function hintPage(hint: number): number {
  return hint - (hint % PAGE_SIZE);
}

function isFreeHint(mm: MemoryManager, hint: number, len: number): boolean {
  const addr = hintPage(hint);
  return addr >= MMAP_MIN_ADDR && addr + len <= mm.space.end && isFree(mm, addr, len);
}

/** A place for `len` bytes of an ELF file: the one that the kernel keeps for it, if that is free. */
export function findFilePlace(
  mm: MemoryManager,
  file: FileDescription,
  len: number,
): number | Errno {
  const { mmapTop, libraryTop } = mm.layout;
  const identity = `${file.inode.superblock.dev}:${file.inode.ino}`;
  const size = pageAlign(len);
  const place = mm.system.prelink.placeFor(identity, size, mmapTop, libraryTop);
  if (place !== null && isFree(mm, place, size)) return place;
  return findFreePlace(mm, size);
}

/** A free place for `len` bytes, below `mmapTop` if possible. */
export function findFreePlace(mm: MemoryManager, len: number): number | Errno {
  const found = findGap(mm, len);
  if (found !== null) return found;
  return gapBelow(mm, len, mm.layout.stackTop, MMAP_MIN_ADDR).addr ?? ENOMEM;
}

/** Free, and far enough from a stack above that may grow. */
function isFree(mm: MemoryManager, addr: number, len: number): boolean {
  const next = mm.vmas.after(addr);
  if (next === undefined) return true;
  return addr + len <= ceilingUnder(next);
}

/** Whether an ELF file is mapped from its start: ld.so's first mmap of a library. */
function isLibrary(request: MmapRequest): boolean {
  const file = request.file;
  if (file === null || file === undefined) return false;
  if ((request.flags & MAP_TYPE) !== MAP_PRIVATE || (request.off ?? 0) !== 0) return false;
  const source = file.mmapSource();
  if (!(source instanceof PageCache)) return false;
  const head = new Uint8Array(4);
  return source.read(0, head) === 4 && hasElfMagic(head);
}

/**
 * The highest gap below `mmapTop`. `searchTop` remembers that there is no gap larger than `searchHole` above it, so
 * that many small mappings in a row do not search from the top each time.
 */
function findGap(mm: MemoryManager, len: number): number | null {
  const top = mm.layout.mmapTop;
  if (mm.searchTop === 0 || len <= mm.searchHole) {
    mm.searchTop = top;
    mm.searchHole = 0;
  }
  const gap = gapBelow(mm, len, mm.searchTop, MMAP_MIN_ADDR);
  mm.searchHole = Math.max(mm.searchHole, gap.largestSkipped);
  if (gap.addr === null) return null;
  mm.searchTop = gap.addr;
  return gap.addr;
}

/** The highest gap of `len` bytes in [bottom, top), and the size of the largest that was too small. */
function gapBelow(
  mm: MemoryManager,
  len: number,
  top: number,
  bottom: number,
): { addr: number | null; largestSkipped: number } {
  const { vmas } = mm;
  let largestSkipped = 0;
  let i = vmas.indexAfter(top - 1);
  let ceiling = Math.min(top, ceilingUnder(vmas.at(i)));
  for (;;) {
    i--;
    const below = vmas.at(i);
    const floor = Math.max(below?.end ?? 0, bottom);
    if (ceiling - floor >= len) return { addr: ceiling - len, largestSkipped };
    largestSkipped = Math.max(largestSkipped, ceiling - floor);
    if (below === undefined || floor === bottom) return { addr: null, largestSkipped };
    ceiling = Math.min(ceiling, ceilingUnder(below));
  }
}

/** Where a mapping below `vma` must end: stacks keep their distance. */
function ceilingUnder(vma: Vma | undefined): number {
  if (vma === undefined) return Number.POSITIVE_INFINITY;
  return vma.start - (vma.isStack ? STACK_GUARD_GAP : 0);
}

export function munmap(mm: MemoryManager, addr: number, len: number): 0 | Errno {
  if (addr % PAGE_SIZE !== 0 || len === 0) return EINVAL;
  if (addr > TASK_SIZE || len > TASK_SIZE - addr) return EINVAL;
  if (addr >= mm.space.end) return 0;
  return unmapRange(mm, addr, Math.min(addr + pageAlign(len), mm.space.end));
}

/** Takes everything out of [start, end). */
export function unmapRange(mm: MemoryManager, start: number, end: number): 0 | Errno {
  const first = mm.vmas.after(start);
  if (first === undefined || first.start >= end) return 0;
  // Cutting a hole into one vma makes two.
  const cutsHole = first.start < start && first.end > end;
  if (cutsHole && mm.vmas.count >= mm.system.maxMapCount) return ENOMEM;
  mm.vmas.splitAt(start);
  mm.vmas.splitAt(end);
  for (const vma of mm.vmas.overlapping(start, end)) {
    if ((vma.flags & VM_LOCKED) !== 0) mm.lockedPages -= vma.pageCount;
    mm.zap(vma, vma.start >>> PAGE_SHIFT, vma.end >>> PAGE_SHIFT, true);
    // The last writable mapping of a host file takes its changes along.
    if (vma.isShared && vma.file !== null) vma.cache?.sync(vma.off, vma.end - vma.start);
    mm.vmas.remove(vma);
  }
  if (end > mm.searchTop) mm.searchTop = Math.min(Math.max(mm.searchTop, end), mm.layout.mmapTop);
  return 0;
}

/** Brings all pages of [start, end) of `vma` in, for MAP_POPULATE and mlock; stops quietly at the first failure. */
export function populate(mm: MemoryManager, vma: Vma, start: number, end: number): boolean {
  const access = (vma.prot & PROT_WRITE) !== 0 && !vma.isShared ? PAGE_W : PAGE_R;
  if (vma.prot === 0) return true;
  if (vma.cache === null && !bringAnonymousRange(mm, vma, start, end)) return false;
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    if ((mm.space.protection(addr) & access) !== 0) continue;
    if (mm.handleFault(addr, access) !== 0) return false;
  }
  return true;
}
