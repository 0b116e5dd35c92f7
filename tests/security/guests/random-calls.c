/*
 * Random system calls: `random-calls SEED CALLS PROCESSES`. Any number (negative, x32, far too large), any argument: small
 * numbers, flags, addresses that are good, at a page's end, of nothing, of the kernel. Each process has a second thread.
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define AREA 0x30000000ul
#define AREA_SIZE (1 << 20)

static unsigned long calls;

static uint64_t draw(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

static long number(uint64_t *state) {
  uint64_t z = draw(state);
  switch (z % 20) {
    case 0: return (long)draw(state);
    case 1: return -(long)(z >> 8 & 0x1ff);
    case 2: return 0x40000000 | (z >> 8 & 0x3ff);
    case 3: return 470 + (z >> 8) % 2000;
    default: return (z >> 8) % 470;
  }
}

static long argument(uint64_t *state) {
  static const long odd[] = {0,  1,  -1, -2, -100, 0x7fffffff, -0x80000000l, 0x80000000l, 0x100000000l, 0x7fffffffffffffffl,
                             (long)0x8000000000000000ul, 0x7ffffffff000l, (long)0xffff888000000000ul, (long)0xfffffffffffff000ul,
                             8, 0xfffff000l, 0xffffffffl, 4096, 65536, 1l << 40};
  uint64_t z = draw(state);
  switch (z % 8) {
    case 0: return odd[(z >> 8) % (sizeof odd / sizeof *odd)];
    case 1: return (z >> 8) % 64;
    case 2: return AREA + (z >> 8) % AREA_SIZE;
    case 3: return AREA + AREA_SIZE - (z >> 8) % 64;
    case 4: return AREA + ((z >> 8) % 256) * 4096 - (z >> 20) % 16;
    case 5: return 1l << (z >> 8) % 64;
    case 6: return (long)draw(state);
    default: return (z >> 8) % 1024;
  }
}

/* Ends or stops everybody: nothing would be learned. */
static int is_left_out(long nr, long first) {
  return nr == SYS_exit_group || nr == SYS_exit || nr == SYS_reboot || nr == SYS_pause || nr == SYS_rt_sigsuspend ||
         nr == SYS_rt_sigreturn || ((nr == SYS_kill || nr == SYS_tkill) && first <= 1) || nr == SYS_vfork;
}

static void *storm(void *seed) {
  uint64_t state = (uint64_t)(uintptr_t)seed;
  for (unsigned long i = 0; i < calls; i++) {
    long nr = number(&state), a[6];
    for (int n = 0; n < 6; n++) a[n] = argument(&state);
    *(uint64_t *)(AREA + draw(&state) % (AREA_SIZE - 8)) = (uint64_t)argument(&state);
    if (is_left_out((int)nr, a[0])) continue;
    if (nr == SYS_clone || nr == SYS_fork || nr == SYS_clone3) {
      /* Children that run here would double the storm: they end. */
      if (nr != SYS_fork) continue;
      if (syscall(SYS_fork) == 0) _exit(0);
      continue;
    }
    alarm(1);
    syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);
  }
  return NULL;
}

static void nothing(int signo) { (void)signo; }

int main(int argc, char **argv) {
  unsigned long seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
  unsigned long processes = argc > 3 ? strtoul(argv[3], NULL, 10) : 2, started = 0;
  calls = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000;
  /* A process that a call has ended, is replaced: each makes a part of the calls. */
  unsigned long parts = 20;
  calls /= parts * processes;
  for (unsigned long part = 0; part < parts; part++) {
    for (unsigned long p = 0; p < processes; p++) {
      started++;
      if (fork() != 0) continue;
      struct sigaction action = {.sa_handler = nothing};
      pthread_t thread;
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      setpgid(0, 0);
      for (int signo = 1; signo < 32; signo++)
        if (signo != SIGSEGV && signo != SIGILL && signo != SIGBUS && signo != SIGFPE) sigaction(signo, &action, NULL);
      mmap((void *)AREA, AREA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
      close(0);
      close(1);
      close(2);
      pthread_create(&thread, NULL, storm, (void *)(uintptr_t)(seed * 1000 + started * 2));
      storm((void *)(uintptr_t)(seed * 1000 + started * 2 + 1));
      _exit(0);
    }
    for (unsigned long p = 0; p < processes; p++) {
      /* Somebody may have stopped for good, or waits for what never comes. */
      int left = 300;
      while (waitpid(-1, NULL, WNOHANG) == 0 && left-- > 0) usleep(100000);
    }
  }
  signal(SIGTERM, SIG_IGN);
  kill(-1, SIGKILL);
  printf("alive\n");
  return 0;
}
