/*
 * Memory for arguments. Slot n: two pages that may be written, nothing behind them.
 *
 *   SLOT(n)                +8192
 *   | rw        | rw        |  not mapped …
 */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define READ_ONLY 0x2f000000ul
#define NO_ACCESS 0x2f010000ul
#define NOWHERE 0x2e000000ul

static void map_slot(int n) {
  mmap((void *)SLOT(n), SLOT_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

/* vmsplice(2) lends pages to a pipe, where later bytes would show: they are never written again. */
void renew_data_slot(void) { map_slot(DATA_SLOT); }

void map_slots(void) {
  for (int n = 0; n < 8; n++) map_slot(n);
  mmap((void *)READ_ONLY, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  memset((void *)READ_ONLY, 'r', 4095);
  mprotect((void *)READ_ONLY, 4096, PROT_READ);
  mmap((void *)NO_ACCESS, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

word bad_pointer(void) {
  static const struct {
    const char *name;
    word addr;
  } bad[] = {
      {"NULL", 0},
      {"NULL", 0},
      {"NULL", 0},
      {"8", 8},
      {"nowhere", NOWHERE},
      {"no access", NO_ACCESS},
      {"not canonical", 0x8000000000000000ul},
      {"kernel", 0xffff888000000000ul},
      {"-1", ~0ul},
      {"-8", ~7ul},
  };
  int n = below(sizeof bad / sizeof *bad);
  say("%s", bad[n].name);
  return bad[n].addr;
}

word place(int slot, const void *bytes, size_t size) {
  word at = SLOT(slot);
  unsigned how = below(24);
  if (slot == DATA_SLOT) renew_data_slot();
  memset((void *)at, 0xa5, SLOT_SIZE);
  if (how == 0) return bad_pointer();
  if (how == 1 && size <= 4096) {
    mprotect((void *)READ_ONLY, 4096, PROT_READ | PROT_WRITE);
    memcpy((void *)READ_ONLY, bytes, size);
    mprotect((void *)READ_ONLY, 4096, PROT_READ);
    say("@read-only");
    return READ_ONLY;
  }
  if (how == 2 && size > 0) {
    size_t there = below(size);
    at += SLOT_SIZE - there;
    memcpy((void *)at, bytes, there);
    say("@%zu bytes before the end", there);
    return at;
  }
  if (how == 3) at += SLOT_SIZE - size;
  if (how == 4) at += 1;
  memcpy((void *)at, bytes, size);
  return at;
}

int is_readable(word addr, size_t size) {
  for (int n = 0; n < 8; n++)
    if (addr >= SLOT(n) && addr + size <= SLOT(n) + SLOT_SIZE) return 1;
  return 0;
}
