/** mmap(2) and munmap(2). */
import {
  EACCES,
  EAGAIN,
  EEXIST,
  EFAULT,
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
  MAP_TYPE,
  PAGE_SHIFT,
  PAGE_SIZE,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
  SIGKILL,
  TASK_SIZE,
} from "@kernelet/abi";
import { PAGE_R, PAGE_W } from "../arch/x86/processor.ts";
import type { FileDescription } from "../fs/file-description.ts";
import { bringAnonymousRange } from "./fault.ts";
import { findPlace } from "./free-place.ts";
import { MMAP_MIN_ADDR } from "./layout.ts";
import { mayExpand } from "./limits.ts";
import type { MemoryManager } from "./memory-manager.ts";
import { PageCache } from "./page-cache.ts";
import { pageAlign, rangeEnd } from "./user-range.ts";
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

/** Flags that MAP_SHARED_VALIDATE accepts: LEGACY_MAP_MASK, without MAP_FIXED_NOREPLACE. */
const KNOWN_FLAGS =
  MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_DENYWRITE | MAP_EXECUTABLE | MAP_LOCKED |
  MAP_NORESERVE | MAP_POPULATE | MAP_NONBLOCK | MAP_STACK | MAP_HUGETLB |
  (MAP_HUGE_MASK << MAP_HUGE_SHIFT); // biome-ignore format: a set

/** @returns the address of the new mapping. */
export function mmap(mm: MemoryManager, request: MmapRequest): number | Errno {
  const { prot, flags } = request;
  const off = request.off ?? 0;
  const isFixed = (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) !== 0;

  if (request.len === 0) return EINVAL;
  const len = pageAlign(request.len);
  if (len === 0 || len > mm.space.end) return ENOMEM;
  if (mm.vmas.count >= mm.system.maxMapCount) return ENOMEM;
  const fixed = isFixed ? checkFixed(mm, request.addr, len, flags) : 0;
  if (isErrno(fixed)) return fixed;

  const lockLimit = request.lockLimit ?? Number.POSITIVE_INFINITY;
  if ((flags & MAP_LOCKED) !== 0 && lockLimit === 0) return EPERM;
  if ((flags & MAP_LOCKED) !== 0 || mm.lockFuture !== 0) {
    if (mm.lockedPages + len / PAGE_SIZE > Math.floor(lockLimit / PAGE_SIZE)) return EAGAIN;
  }

  const backing = backingOf(mm, request, len);
  if (isErrno(backing)) return backing;

  const addr = isFixed ? fixed : findPlace(mm, request, len);
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
      firstIndex: backing.file !== null ? off / PAGE_SIZE : 0,
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
  const end = rangeEnd(request.off ?? 0, len);
  if (end === null || (hasLastOffset(file) && end > Number.MAX_SAFE_INTEGER)) return EOVERFLOW;
  switch (type) {
    case MAP_SHARED_VALIDATE:
    case MAP_SHARED:
      if (type === MAP_SHARED_VALIDATE && (flags & ~KNOWN_FLAGS) !== 0) return EOPNOTSUPP;
      if ((prot & PROT_WRITE) !== 0 && !file.isWritable) return EACCES;
      vmFlags |= VM_SHARED;
      if (!file.isWritable) vmFlags &= ~VM_MAYWRITE;
      break;
    case MAP_PRIVATE:
      break;
    default:
      return EINVAL;
  }
  if (!file.isReadable) return EACCES;
  if (file.path.mount.isNoExec) {
    if ((prot & PROT_EXEC) !== 0) return EPERM;
    vmFlags &= ~VM_MAYEXEC;
  }
  const source = file.mmapSource();
  if (isErrno(source)) return source;
  if ((flags & MAP_GROWSDOWN) !== 0) return EINVAL;
  if (
    (vmFlags & VM_SHARED) !== 0 &&
    (file.inode.seals & (F_SEAL_WRITE | F_SEAL_FUTURE_WRITE)) !== 0
  ) {
    if ((prot & PROT_WRITE) !== 0) return EPERM;
    vmFlags &= ~VM_MAYWRITE;
  }
  if (source === "zero") {
    const cache = (vmFlags & VM_SHARED) !== 0 ? new PageCache(mm.system.memory, null, len) : null;
    return { file: null, cache, flags: vmFlags };
  }
  if (!(source instanceof PageCache)) return ENODEV;
  return { file, cache: source, flags: vmFlags };
}

/** Whether offsets end somewhere: file_mmap_size_max(). Those of devices and pipes have no meaning. */
function hasLastOffset(file: FileDescription): boolean {
  const { inode } = file;
  return inode.isRegular || inode.isSocket;
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

/**
 * Brings all pages of [start, end) of `vma` in, for MAP_POPULATE and mlock.
 * @returns ENOMEM at the first page for which there is no memory, EFAULT at the first that is not to be had.
 */
export function populate(mm: MemoryManager, vma: Vma, start: number, end: number): 0 | Errno {
  const access = (vma.prot & PROT_WRITE) !== 0 && !vma.isShared ? PAGE_W : PAGE_R;
  if (vma.prot === 0) return 0;
  if (vma.cache === null && !bringAnonymousRange(mm, vma, start, end)) return ENOMEM;
  for (let addr = start; addr < end; addr += PAGE_SIZE) {
    if ((mm.space.protection(addr) & access) !== 0) continue;
    const fault = mm.handleFault(addr, access);
    if (fault !== 0) return fault.signo === SIGKILL ? ENOMEM : EFAULT;
  }
  return 0;
}
