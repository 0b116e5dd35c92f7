// Text built from pieces: numbers printed, strings copied, joined, searched and replaced with the C library's functions.
#include <string.h>
#include "timing.h"

// Writes `value` in decimal at `to`. Returns what comes after it.
static char *append_number(char *to, uint64_t value) {
  return to + snprintf(to, 24, "%llu", (unsigned long long)value);
}

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 200);
  uint64_t sum = 0, start = now_ns();
  for (long round = 0; round < count; round++) {
    size_t room = 64, length = 0;
    char *text = malloc(room);
    uint64_t state = 88172645463325252u + (uint64_t)round;
    for (int i = 0; i < 2000; i++) {
      char piece[64], *end = piece;
      end = stpcpy(end, (i & 1) != 0 ? "odd " : "even ");
      end = append_number(end, next_random(&state) % 100000);
      *end++ = i % 10 == 9 ? '\n' : ',';
      size_t more = (size_t)(end - piece);
      while (length + more + 1 > room) text = realloc(text, room *= 2);
      memcpy(text + length, piece, more);
      length += more;
    }
    text[length] = 0;
    for (char *at = text; (at = strstr(at, "even")) != NULL; at += 4) memcpy(at, "EVEN", 4);
    for (char *at = text; (at = strchr(at, '\n')) != NULL; at++) sum += (uint64_t)(at - text);
    sum += strlen(text);
    free(text);
  }
  report_u64(start, sum);
  return 0;
}
