/* Arguments of many calls. */
#include "fuzz.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

word pick(const word *values, unsigned count) {
  word value = values[below(count)];
  if (value < 100 || value + 100 < 100) say("%ld", (long)value);
  else say("%#lx", value);
  return value;
}

word flags_of(const word *flags, unsigned count, word wrong) {
  word value = 0;
  unsigned n = below(4);
  while (n-- > 0) value |= flags[below(count)];
  if (below(12) == 0) value |= wrong;
  say("%#lx", value);
  return value;
}

static word an_fd(word fd) {
  /* Descriptors are 32 bits wide. */
  if (below(40) == 0) fd |= 0x700000000ul;
  say("%d", (int)fd);
  return fd;
}

word any_fd(int slot) {
  static const int odd[] = {-1, 999, 1024, AT_FDCWD, INT_MAX, INT_MIN, 60, 255};
  (void)slot;
  return an_fd(below(16) == 0 ? (word)(long)ONE_OF(odd) : below(40));
}

static word mostly(unsigned first, unsigned last) {
  return below(5) == 0 ? any_fd(0) : an_fd(first + below(last - first + 1));
}

word pipe_fd(int slot) {
  (void)slot;
  return below(4) == 0 ? mostly(28, 29) : mostly(6, 9);
}
word socket_fd(int slot) {
  (void)slot;
  return below(5) == 0 ? mostly(32, 40) : mostly(10, 18);
}
word wait_fd(int slot) {
  (void)slot;
  return mostly(19, 27);
}
word map_fd(int slot) {
  static const int mapped[] = {0, 1, 2, 26, 26, 0, -1, -1, 3, 6, 4};
  (void)slot;
  return an_fd((word)(long)ONE_OF(mapped));
}
word dir_fd(int slot) {
  static const int folders[] = {AT_FDCWD, AT_FDCWD, AT_FDCWD, AT_FDCWD, AT_FDCWD, 3, 5, 30, 0, 4, 6, -1, 99};
  (void)slot;
  int fd = ONE_OF(folders);
  if (fd == AT_FDCWD) say("AT_FDCWD");
  else say("%d", fd);
  return (word)(long)fd;
}

/* "#n" stands for n characters. */
static const char *const PATHS[] = {
    "file", "file", "file", "dir", "dir", "dir/file", "dir/sub", "missing", "missing/file", "file/",
    "file/x", "dir/", "dir/missing", "dir/..", "dir/.", ".", "..", "/", "", "//file", "/dir/../file",
    "link", "link/", "dirlink", "dirlink/", "dirlink/file", "dangling", "dangling/", "loop", "loop/x",
    "fifo", "sock", "private", "private/file", "closed", "sticky/other", "sticky/mine", "exe", "readonly",
    "new1", "new2", "new3", "new1/new2", "dir/new1", "new1/", "hard", "#255", "#256", "dir/#255",
    "deep", "big", "empty", "dir/./sub/../file", "chain8", "chain39", "chain41", "/proc", "\xff\xfe", "xattr",
};

static void expand(char *into, const char *text) {
  const char *mark = strchr(text, '#');
  if (mark == NULL) {
    strcpy(into, text);
    return;
  }
  int count = 0;
  for (const char *p = mark + 1; *p; p++) count = count * 10 + *p - '0';
  memcpy(into, text, mark - text);
  memset(into + (mark - text), 'n', count);
  into[(mark - text) + count] = 0;
}

word name(int slot) {
  static char text[8192];
  const char *chosen = ONE_OF(PATHS);
  if (below(60) == 0) {
    /* PATH_MAX counts the terminating byte. */
    size_t size = 4093 + below(5);
    for (size_t i = 0; i < size; i++) text[i] = i % 2 ? '/' : '.';
    text[size] = 0;
    say("\"./\"×%zu bytes", size);
  } else {
    expand(text, chosen);
    say("\"%s\"", chosen);
  }
  return place(slot, text, strlen(text) + 1);
}

word path(int slot) { return name(slot); }

word path_or_null(int slot) {
  if (below(4) > 0) return name(slot);
  say("NULL");
  return 0;
}

word length(int slot) {
  static const word list[] = {0, 1, 2, 3, 4, 7, 8, 9, 16, 24, 100, 128, 1000, 4095, 4096, 4097, 8192, 8193,
                              65536, 65537, INT_MAX, 0x7ffff000, 0x80000000, -1, -4096, LONG_MAX, LONG_MIN};
  (void)slot;
  word value = below(4) ? list[below(17)] : ONE_OF(list);
  say("%ld", (long)value);
  return value;
}

word small(int slot) {
  static const word list[] = {0, 0, 1, 1, 2, 3, 4, 5, 8, 16, 64, -1, 100};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}

word any_int(int slot) {
  static const word list[] = {0, 0, 1, 1, 2, 3, 4, 7, 8, 10, 100, 1000, 4096, 65536, -1, -2, INT_MAX,
                              (word)INT_MIN, 0x100000000ul, LONG_MAX, LONG_MIN};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}

word zero(int slot) {
  (void)slot;
  if (below(10)) {
    say("0");
    return 0;
  }
  return any_int(slot);
}

word offset(int slot) {
  static const word list[] = {0, 0, 1, 5, 10, 100, 4095, 4096, 4097, 8192, 10000, 65536, 1 << 20, -1, -5, -4096,
                              1ul << 31, 1ul << 32, LONG_MAX, LONG_MIN, LONG_MAX - 4095};
  (void)slot;
  word value = below(4) ? list[below(12)] : ONE_OF(list);
  say("%ld", (long)value);
  return value;
}

word offset_pointer(int slot) {
  if (below(2)) {
    say("NULL");
    return 0;
  }
  say("&");
  word value = offset(slot);
  return place(slot, &value, 8);
}

word mode(int slot) {
  static const word list[] = {0, 0644, 0600, 0755, 0777, 0400, 0111, 01777, 02755, 04755, 07777, 0100644, 0177777, -1};
  (void)slot;
  word value = ONE_OF(list);
  say("%#lo", value & 0xfffffff);
  return value;
}

word in_buffer(int slot) {
  static char bytes[SLOT_SIZE];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)('a' + i % 23);
  say("buf");
  switch (below(6)) {
    case 0: return place(slot, bytes, 8);
    case 1: return place(slot, bytes, 4096);
    case 2: return place(slot, bytes, 100);
    default: return place(slot, bytes, SLOT_SIZE);
  }
}

word out_buffer(int slot) { return in_buffer(slot); }

word out_pointer(int slot) {
  static char bytes[512];
  memset(bytes, 0xa5, sizeof bytes);
  say("out");
  return place(slot, bytes, below(3) ? sizeof bytes : 1 + below(100));
}

word out_or_null(int slot) {
  if (below(3) == 0) {
    say("NULL");
    return 0;
  }
  return out_pointer(slot);
}

static word iovec(int slot) {
  static const word lengths[] = {0, 1, 5, 100, 4096, 8192, 8193, -1, LONG_MAX};
  struct iovec list[20];
  int count = below(10) ? below(4) : 17;
  memset(list, 0, sizeof list);
  word data = SLOT(DATA_SLOT);
  renew_data_slot();
  memset((void *)data, 'v', SLOT_SIZE);
  say("[");
  for (int i = 0; i < count; i++) {
    unsigned how = below(16);
    word base = how == 0 ? 0 : how == 1 ? data + SLOT_SIZE - 4 : data + 512 * i;
    word size = below(5) ? lengths[below(4)] : ONE_OF(lengths);
    list[i].iov_base = (void *)base;
    list[i].iov_len = size;
    say("%s%s+%ld", i ? ", " : "", how == 0 ? "NULL" : how == 1 ? "end-4" : "buf", (long)size);
  }
  say("]");
  return place(slot, list, 16 * (count ? count : 1));
}
word iovec_in(int slot) { return iovec(slot); }
word iovec_out(int slot) { return iovec(slot); }

word iovec_count(int slot) {
  static const word list[] = {1, 1, 2, 2, 3, 0, 4, 17, 1024, 1025, -1, INT_MAX};
  (void)slot;
  return pick(list, below(3) ? 5 : sizeof list / sizeof *list);
}

static word time_of(int slot, const long *seconds, int count, const long *parts, int part_count, long scale) {
  long value[2] = {seconds[below(count)], parts[below(part_count)]};
  if (value[1] > 0) value[1] /= scale;
  say("{%ld, %ld}", value[0], value[1]);
  return place(slot, value, 16);
}

static const long SECONDS[] = {0, 0, 0, 0, 1, 100, -1, INT_MAX, LONG_MAX, LONG_MIN, 1l << 33};
static const long NANOSECONDS[] = {0, 0, 1, 1000, 1000000, 2000000, 999999999, 1000000000, -1, LONG_MAX, -2000};

word timespec(int slot) { return time_of(slot, SECONDS, 11, NANOSECONDS, 11, 1); }
/* Time to wait: over soon, or wrong. */
word timespec_short(int slot) {
  static const long seconds[] = {0, 0, 0, 0, 0, 0, -1, LONG_MIN};
  static const long parts[] = {0, 0, 0, 1000, 1000000, 1000000000, -1, LONG_MAX};
  return time_of(slot, seconds, 8, parts, 8, 1);
}
word timeval(int slot) { return time_of(slot, SECONDS, 11, NANOSECONDS, 11, 1000); }

/* Never due before the sequence ends. */
static word interval_and_value(int slot, long scale) {
  /* As a point in time, too: never since boot, long past since 1970. */
  static const long seconds[] = {0, 0, 1l << 28, 1l << 29, -1, 1l << 30};
  static const long parts[] = {0, 0, 5000, 999999999, 1000000000, -1};
  long value[4];
  for (int i = 0; i < 4; i += 2) {
    value[i] = ONE_OF(seconds);
    value[i + 1] = ONE_OF(parts);
    if (value[i + 1] > 0) value[i + 1] /= scale;
    if (i == 2 && value[i] == 0 && value[i + 1] > 0) value[i] = 1l << 28;
  }
  say("{%ld, %ld, %ld, %ld}", value[0], value[1], value[2], value[3]);
  return place(slot, value, 32);
}
word itimerval(int slot) { return interval_and_value(slot, 1000); }
word itimerspec(int slot) { return interval_and_value(slot, 1); }

word signal_set(int slot) {
  static const word list[] = {0, 1ul << 9, 1ul << 13, 1ul << 16, 1ul << 33, 1ul << 40, ~0ul, 1ul << 8, 1ul << 18,
                              (1ul << 9) | (1ul << 13) | (1ul << 33)};
  word value = ONE_OF(list) & ~(1ul << (WATCHDOG_SIGNAL - 1));
  say("sigset %#lx", value);
  return place(slot, &value, 8);
}

word sigset_size(int slot) {
  static const word list[] = {8, 8, 8, 8, 8, 8, 8, 0, 4, 16, -1};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}

/* Handled: USR1 (10), ALRM (14), 34, 41, 64. Ignored: CHLD, WINCH, URG. */
word signal_number(int slot) {
  static const word list[] = {0, 10, 10, 14, 17, 18, 23, 28, 34, 34, 41, 64, 65, -1, 128, INT_MAX};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}

word int_pointer(int slot) {
  static const int list[] = {0, 1, 2, 4, 8, 16, 100, 110, 128, -1, 4096, INT_MAX};
  int value = ONE_OF(list);
  say("&%d", value);
  return place(slot, &value, 4);
}

word id(int slot) {
  static const word list[] = {0, 0, 1, 1000, 1000, 1001, 65534, -1, -2, 100000, 0x1000003e8ul};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}

word pid(int slot) {
  (void)slot;
  switch (below(9)) {
    case 0:
    case 1:
    case 2: say("0"); return 0;
    case 3:
    case 4: say("self"); return getpid();
    case 5: say("child"); return child_pid;
    case 6: say("99999999"); return 99999999;
    case 7: say("-child"); return -(word)child_pid;
    default: say("INT_MIN"); return (word)INT_MIN;
  }
}

word clock_id(int slot) {
  static const word list[] = {0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 10, 12, 16, -1, -6, INT_MAX};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}
