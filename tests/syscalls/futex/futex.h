/* futex(2) and its later forms, which the C library has no functions for. */
#ifndef FUTEX_H
#define FUTEX_H
#include "../check.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>

#define FUTEX(...) syscall(SYS_futex, __VA_ARGS__)
#define futex_wait(...) syscall(455, __VA_ARGS__)
#define futex_wake(...) syscall(454, __VA_ARGS__)
#define futex_requeue(...) syscall(456, __VA_ARGS__)
#define futex_waitv(...) syscall(449, __VA_ARGS__)

/* Until a thread of this process sleeps. */
static inline void until_asleep(volatile pid_t *tid) {
  char path[60], text[200], state = 'R';
  while (*tid == 0) sched_yield();
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", *tid);
  for (int i = 0; i < 2000 && state != 'S'; i++) {
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = 0;
    char *end = strrchr(text, ')');
    if (end) state = end[2];
    usleep(1000);
  }
}

/* The word of a lock with an owner: whose, and which bits. */
static inline void show_word(const char *when, unsigned word, pid_t me) {
  unsigned tid = word & FUTEX_TID_MASK;
  printf("%s:%s%s %s\n", when, word & FUTEX_WAITERS ? " waiters" : "", word & FUTEX_OWNER_DIED ? " died" : "",
         tid == 0 ? "nobody's" : (pid_t)tid == me ? "mine" : "another's");
}
#endif
