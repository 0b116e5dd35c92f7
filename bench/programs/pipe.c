// A byte through a pipe to another process, and one back through another pipe.
#include <sys/wait.h>
#include <unistd.h>
#include "timing.h"

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 100000);
  int there[2], back[2];
  if (pipe(there) != 0 || pipe(back) != 0) return 1;
  pid_t child = fork();
  if (child == 0) {
    char byte;
    close(there[1]);
    while (read(there[0], &byte, 1) == 1) {
      byte++;
      if (write(back[1], &byte, 1) != 1) return 1;
    }
    return 0;
  }
  uint64_t sum = 0, start = 0;
  for (long i = 0; i < 2 * count; i++) {
    if (i == count) start = now_ns(); // Warm.
    char byte = (char)i;
    if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) return 1;
    sum += (unsigned char)byte;
  }
  report_u64(start, sum);
  close(there[1]);
  return waitpid(child, NULL, 0) == child ? 0 : 1;
}
