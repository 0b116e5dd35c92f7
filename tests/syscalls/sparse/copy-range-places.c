/* copy_file_range(2), sendfile(2), splice(2): places and lengths that are negative, far or too long, in each order. */
#include "../files.h"
#include <limits.h>
#include <sys/sendfile.h>

static const long long places[] = {-1, -4096, LLONG_MIN, LLONG_MIN / 2, 0, 3, 100, LLONG_MAX - 4095};
static const size_t lengths[] = {0, 1, 4096, 0x7fffffff, (size_t)1 << 62, (size_t)1 << 63, (size_t)-1};
enum { PLACES = sizeof places / sizeof *places, LENGTHS = sizeof lengths / sizeof *lengths };

static void tell(const char *what, size_t i, size_t j, size_t k, long n) {
  printf("%s %lld %lld %zx: %s %ld\n", what, places[i], places[j], lengths[k], n < 0 ? strerrorname_np(errno) : "ok", n);
}

int main(void) {
  put("a", "0123456789");
  put("b", "abcdefghij");
  int a = open("a", O_RDWR), b = open("b", O_RDWR), ends[2];
  if (pipe2(ends, O_NONBLOCK) || write(ends[1], "piped", 5) != 5) return 1;
  for (size_t i = 0; i < PLACES; i++) {
    for (size_t j = 0; j < PLACES; j++) {
      for (size_t k = 0; k < LENGTHS; k++) {
        loff_t in = places[i], out = places[j];
        tell("files", i, j, k, copy_file_range(a, &in, b, &out, lengths[k], 0));
        in = places[i], out = places[j];
        tell("one file", i, j, k, copy_file_range(a, &in, a, &out, lengths[k], 0));
      }
    }
    /* How far a file may reach is its file system's affair. */
    for (size_t k = 0; k < LENGTHS && places[i] < 1000; k++) {
      loff_t in = places[i];
      tell("sendfile", i, i, k, sendfile(ends[1], a, &in, lengths[k]));
      in = places[i];
      tell("splice", i, i, k, splice(a, &in, ends[1], NULL, lengths[k], SPLICE_F_NONBLOCK));
    }
  }
  return 0;
}
