/* fork(2) of a process with much memory: what nobody writes is copied nowhere, seen by sizes of the whole and faults. */
#include "../check.h"
#include <sys/resource.h>

#define P 4096
#define N 8192
#define RW (PROT_READ | PROT_WRITE)

static char *p;
static long faults(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}
static void reader(void) {
  long sum = 0;
  for (int i = 0; i < N; i++) sum += p[i * P];
  printf("sum %ld\n", sum);
}
static void writer(void) {
  for (int i = 0; i < N; i += 64) p[i * P] = 2;
  long sum = 0;
  for (int i = 0; i < N; i++) sum += p[i * P];
  printf("sum %ld\n", sum);
}
static void nothing(void) {}

int main(void) {
  p = mmap(NULL, N * P, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 0; i < N; i++) p[i * P] = 1;
  for (int i = 0; i < 10; i++) run("child that does nothing", nothing);
  run("reader", reader);
  run("writer", writer);
  reader();
  long before = faults();
  for (int i = 0; i < N; i++) p[i * P] = 3;
  CALL(faults() - before <= N);
  reader();
  return 0;
}
