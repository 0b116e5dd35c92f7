/* Who may change how others are scheduled: setpriority(2), sched_setscheduler(2), sched_setaffinity(2), ioprio_set(2). */
#include "../check.h"
#include <sched.h>
#include <sys/resource.h>

#define ioprio_set(...) syscall(SYS_ioprio_set, __VA_ARGS__)
#define ioprio_get(...) syscall(SYS_ioprio_get, __VA_ARGS__)
#define BE(n) (2 << 13 | (n))
#define IDLE (3 << 13)
#define RT(n) (1 << 13 | (n))

static struct sched_param none = {0}, five = {5};
static unsigned long mask[16] = {-1};

static void priorities(void) {
  CALL(ioprio_get(1, 0));
  CALL(ioprio_get(2, 0));
  setpriority(PRIO_PROCESS, 0, 10);
  CALL(ioprio_get(1, 0));
  CALL(ioprio_get(2, 0));
  CALL(ioprio_set(1, 0, BE(7)));
  CALL(ioprio_get(1, 0));
  CALL(ioprio_get(2, 0));
  if (fork() == 0) {
    CALL(ioprio_get(1, 0));
    CALL(ioprio_set(1, 0, IDLE));
    CALL(ioprio_get(2, 0)); /* The best of the group. */
    CALL(ioprio_set(1, 0, 0));
    CALL(ioprio_get(1, 0));
    CALL(sched_setscheduler(0, SCHED_IDLE, &none));
    CALL(ioprio_get(2, 0));
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
  CALL(ioprio_set(1, 0, IDLE | 9));
  CALL(ioprio_set(1, 0, 1));
  CALL(ioprio_set(1, 0, 4 << 13));
  CALL(ioprio_set(1, NO_PID, BE(1)));
  CALL(ioprio_set(2, NO_PID, BE(1)));
  CALL(ioprio_set(3, NO_PID, BE(1)));
  CALL(ioprio_set(4, 0, BE(1)));
  CALL(ioprio_get(4, 0));
}

static void owners(void) {
  int ready[2], stop[2];
  char byte;
  pipe(ready);
  pipe(stop);
  setpgid(0, 0);
  pid_t child = fork();
  if (child == 0) {
    close(stop[1]);
    write(ready[1], "", 1);
    read(stop[0], &byte, 1);
    _exit(0);
  }
  read(ready[0], &byte, 1);
  /* The effective id has changed and the real one has not: what is permitted still is, but nothing is effective. */
  setresuid(0, 1000, 0);
  CALL(sched_setaffinity(0, sizeof mask, (void *)mask));
  CALL(sched_setaffinity(child, sizeof mask, (void *)mask));
  CALL(setpriority(PRIO_PROCESS, child, 5));
  CALL(sched_setscheduler(child, SCHED_BATCH, &none));
  CALL(ioprio_set(1, child, BE(3)));
  CALL(syscall(SYS_kcmp, getpid(), child, 1, 0, 0) > 0);
  int fd = syscall(SYS_pidfd_open, child, 0);
  CALL(syscall(SYS_pidfd_getfd, fd, ready[0], 0) > 0);
  /* Each of the group is tried, who joined last first, and the last refusal is told. */
  CALL(setpriority(PRIO_PGRP, 0, -1));
  CALL(setpriority(PRIO_PGRP, 0, 3));
  CALL(getpriority(PRIO_PROCESS, 0));
  CALL(getpriority(PRIO_PROCESS, child));
  CALL(ioprio_set(2, 0, BE(2)));
  CALL(ioprio_get(1, 0));
  /* The same user for all that counts; but the other may do more. */
  setresuid(0, 0, 0);
  setresuid(1000, 0, 0);
  prctl(PR_SET_KEEPCAPS, 1);
  setresuid(0, 0, 1000);
  struct {
    unsigned version;
    int pid;
  } header = {0x20080522, 0};
  unsigned data[6] = {0};
  CALL(syscall(SYS_capset, &header, data));
  CALL(setpriority(PRIO_PROCESS, child, 12));
  CALL(sched_setscheduler(child, SCHED_OTHER, &none));
  CALL(sched_setaffinity(child, sizeof mask, (void *)mask));
  CALL(ioprio_set(1, child, BE(4)));
  CALL(setpriority(PRIO_PROCESS, 0, 12));
  close(stop[1]);
  waitpid(child, NULL, 0);
}

static void realtime(void) {
  struct rlimit limit = {0, 0};
  setrlimit(RLIMIT_RTPRIO, &limit);
  CALL(sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &five));
  setresuid(1000, 1000, 1000);
  struct sched_param four = {4}, three = {3}, six = {6};
  CALL(sched_setparam(0, &six));
  CALL(sched_setparam(0, &four));
  CALL(sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &five));
  CALL(sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &three));
  CALL(sched_setscheduler(0, SCHED_RR, &three));
  CALL(sched_setscheduler(0, SCHED_BATCH | SCHED_RESET_ON_FORK, &none));
  CALL(ioprio_set(1, 0, RT(1)));
  if (fork() == 0) {
    CALL(sched_getscheduler(0));
    fflush(stdout);
    _exit(0);
  }
  wait(NULL);
}

int main(void) {
  CALL(syscall(SYS_sched_setparam, -1, BAD));
  CALL(syscall(SYS_sched_setparam, NO_PID, BAD));
  CALL(syscall(SYS_sched_setscheduler, -1, SCHED_OTHER, BAD));
  CALL(syscall(SYS_sched_getparam, -1, BAD));
  CALL(syscall(SYS_sched_getattr, -1, BAD, 48, 0));
  CALL(syscall(SYS_sched_getattr, NO_PID, BAD, 48, 0));
  run("priorities", priorities);
  run("owners", owners);
  run("realtime", realtime);
  return 0;
}
