/* Shared anonymous memory between a parent, its children and theirs; writers in turn. */
#include "../check.h"
#include <stdatomic.h>
#include <sched.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

static _Atomic int *turn;
static int *counts;

static void player(int me, int of, int rounds) {
  for (int i = 0; i < rounds; i++) {
    while (atomic_load(turn) % of != me) sched_yield();
    counts[me * 1024]++;
    counts[1]++;
    atomic_fetch_add(turn, 1);
  }
}

int main(void) {
  turn = mmap(NULL, P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  counts = mmap(NULL, 4 * P, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  for (int me = 0; me < 3; me++)
    if (fork() == 0) {
      player(me, 4, 50);
      _exit(0);
    }
  if (fork() == 0) {
    if (fork() == 0) {
      player(3, 4, 50);
      _exit(0);
    }
    wait(NULL);
    _exit(0);
  }
  int status;
  while (wait(&status) > 0) show_status("player", status);
  printf("%d turns, %d in all; %d %d %d %d\n", *turn, counts[1], counts[0], counts[1024], counts[2048], counts[3072]);
  /* Unmapped by the one that made it, mapped still by its child. */
  if (fork() == 0) {
    while (atomic_load(turn) != 1000) sched_yield();
    printf("child sees %d\n", counts[1]);
    _exit(0);
  }
  counts[1] = 77;
  munmap(counts, 4 * P);
  atomic_store(turn, 1000);
  wait(NULL);
  return 0;
}
