/* What came back besides the result. Only what can be read and must be the same is said. */
#include "fuzz.h"

#include <string.h>
#include <sys/inotify.h>
#include <sys/uio.h>

void show_hash(const char *label, word addr, size_t size) {
  if (size > SLOT_SIZE || !is_readable(addr, size)) return;
  say(" %s ", label);
  hash_of((const void *)addr, size);
}

void show_int(const char *label, word addr) {
  int value;
  if (!is_readable(addr, 4)) return;
  memcpy(&value, (const void *)addr, 4);
  say(" %s %d", label, value);
}

/* Cookies of inotify are counted for the whole machine. */
static void forget_cookies(char *bytes, size_t size) {
  for (size_t at = 0; at + sizeof(struct inotify_event) <= size;) {
    struct inotify_event event;
    memcpy(&event, bytes + at, sizeof event);
    event.cookie = 0;
    memcpy(bytes + at, &event, sizeof event);
    at += sizeof event + event.len;
  }
}

void show_bytes1(const word args[6], long result) {
  static char copy[SLOT_SIZE];
  if (result <= 0) return;
  if (args[0] != 25 || result > SLOT_SIZE || !is_readable(args[1], result)) {
    show_hash("bytes", args[1], result);
    return;
  }
  memcpy(copy, (const void *)args[1], result);
  forget_cookies(copy, result);
  say(" bytes ");
  hash_of(copy, result);
}

static void show_pair(word addr) {
  show_int("fds", addr);
  show_int("and", addr + 4);
}
void show_fdpair0(const word args[6], long result) {
  if (result == 0) show_pair(args[0]);
}
void show_fdpair3(const word args[6], long result) {
  if (result == 0) show_pair(args[3]);
}

void show_iovec1(const word args[6], long result) {
  (void)args;
  if (result > 0) show_hash("bytes", SLOT(6), SLOT_SIZE);
}

/* An address: only where in the arena it is can be the same. */
void show_addr(const word args[6], long result) {
  (void)args;
  (void)result;
}
