/*
 * Memory, in an arena of its own:
 *   pages 0–7 rw | 8–11 not mapped | 12–13 read-only | 14–15 rw | 16–19 a shared file | 20–23 a private one
 */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>

/* PROT_EXEC alone is not drawn: whether such pages can be read is the processor's affair (protection keys). */
FLAGS(protection, 0x40, PROT_READ, PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC, 0)
FLAGS(remap_flags, 8, 0, MREMAP_MAYMOVE, MREMAP_FIXED | MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP | MREMAP_MAYMOVE)
FLAGS(sync_flags, 8, MS_SYNC, MS_ASYNC, MS_INVALIDATE, 0)
VALUES(advice, 0, 1, 2, 3, 4, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 5, 99, -1)
VALUES(lock_flags, 0, 1, 2, -1)
VALUES(lock_all_flags, 0, 1, 2, 3, 4, 7, 8, -1)
VALUES(memfd_flags, 0, 1, 2, 3, 8, 16, 4, -1)
VALUES(barrier_command, 1, 2, 16, 3, -1)

static word map_flags(int slot) {
  static const word list[] = {MAP_PRIVATE | MAP_ANONYMOUS, MAP_SHARED | MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED,
                              MAP_SHARED_VALIDATE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, MAP_SHARED | MAP_FIXED,
                              MAP_PRIVATE | MAP_FIXED_NOREPLACE | MAP_ANONYMOUS, 0, MAP_FIXED, MAP_ANONYMOUS,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE,
                              MAP_SHARED_VALIDATE | MAP_SYNC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN,
                              MAP_PRIVATE | MAP_ANONYMOUS | 0x10000000, MAP_SHARED_VALIDATE | 0x10000000};
  (void)slot;
  word value = ONE_OF(list);
  say("%#lx", value);
  return value;
}

static word arena(int slot) {
  (void)slot;
  word addr = ARENA + 4096 * below(ARENA_PAGES);
  if (below(12) == 0) addr += 1 + below(4095);
  say("arena+%#lx", addr - ARENA);
  return addr;
}
/* NULL and places where nothing is: but never, with MAP_FIXED, where the program itself lies. */
static word map_address(int slot) {
  if (below(4) == 0) {
    say("0");
    return 0;
  }
  return arena(slot);
}
static word map_length(int slot) {
  static const word list[] = {4096, 4096, 8192, 3 * 4096, 1, 100, 4097, 0, -1, 1ul << 63, 1ul << 47, -4096};
  (void)slot;
  word value = below(5) ? list[below(7)] : ONE_OF(list);
  say("%#lx", value);
  return value;
}
/* For calls that must not reach beyond the arena. */
static word inner_length(int slot) {
  static const word list[] = {4096, 4096, 8192, 1, 100, 0, -1, 1ul << 63, -4096};
  (void)slot;
  word value = ONE_OF(list);
  say("%#lx", value);
  return value;
}
/* madvise goes on behind holes. */
static word advice_length(int slot) {
  static const word list[] = {4096, 4096, 8192, 1, 100, 0, -1, -4096};
  (void)slot;
  word value = ONE_OF(list);
  say("%#lx", value);
  return value;
}
static word map_offset(int slot) {
  static const word list[] = {0, 0, 0, 4096, 8192, 16384, 1, -4096, 1ul << 40};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}
static word page_vector(int slot) { return out_pointer(slot); }

static word memfd_name(int slot) {
  static const char *const names[] = {"a", "", "name"};
  const char *chosen = ONE_OF(names);
  char text[300];
  if (below(5) == 0) {
    int size = 248 + below(4);
    memset(text, 'm', size);
    text[size] = 0;
    say("m×%d", size);
  } else {
    strcpy(text, chosen);
    say("\"%s\"", text);
  }
  return place(slot, text, strlen(text) + 1);
}

/* What a program would see there, through a call that doesn't fault. */
static word arena_buffer(int slot) {
  (void)slot;
  word addr = ARENA + 4096 * below(ARENA_PAGES) + (below(2) ? 0 : 4090);
  say("arena+%#lx", addr - ARENA);
  return addr;
}
VALUES(buffer_size, 1, 6, 100, 4096, 8192)
VALUES(good_file, 0, 26, 26)
/* A file that nothing maps: what a write gives that reads what it writes depends on how the kernel goes through it. */
VALUES(unmapped_file, 31)

static const struct call CALLS[] = {
    {"mmap", SYS_mmap, 0, {map_address, map_length, protection, map_flags, map_fd, map_offset}, show_addr},
    {"mmap", SYS_mmap, 0, {map_address, map_length, protection, map_flags, map_fd, map_offset}, show_addr},
    {"munmap", SYS_munmap, 0, {arena, inner_length}, NULL},
    {"mprotect", SYS_mprotect, 0, {arena, inner_length, protection}, NULL},
    {"mprotect", SYS_mprotect, 0, {arena, inner_length, protection}, NULL},
    {"mremap", SYS_mremap, 0, {arena, inner_length, map_length, remap_flags, arena}, show_addr},
    {"msync", SYS_msync, 0, {arena, inner_length, sync_flags}, NULL},
    {"mincore", SYS_mincore, 0, {arena, inner_length, page_vector}, NULL},
    {"madvise", SYS_madvise, 0, {arena, advice_length, advice}, NULL},
    {"mlock", SYS_mlock, 0, {arena, inner_length}, NULL},
    {"munlock", SYS_munlock, 0, {arena, inner_length}, NULL},
    {"mlock2", SYS_mlock2, 0, {arena, inner_length, lock_flags}, NULL},
    {"mlockall", SYS_mlockall, 0, {lock_all_flags}, NULL},
    {"munlockall", SYS_munlockall, 0, {0}, NULL},
    {"memfd_create", SYS_memfd_create, 0, {memfd_name, memfd_flags}, NULL},
    {"membarrier", SYS_membarrier, 0, {barrier_command, zero, zero}, NULL},
    {"pread64", SYS_pread64, 0, {unmapped_file, arena_buffer, buffer_size, map_offset}, NULL},
    {"pread64", SYS_pread64, 0, {good_file, out_buffer, buffer_size, map_offset}, show_bytes1},
    {"pwrite64", SYS_pwrite64, 0, {unmapped_file, arena_buffer, buffer_size, map_offset}, NULL},
    {"pwrite64", SYS_pwrite64, 0, {good_file, in_buffer, buffer_size, map_offset}, NULL},
};

const struct family memory_family = {"memory", CALLS, sizeof CALLS / sizeof *CALLS};
