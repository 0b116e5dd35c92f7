/* kcmp(2): what only some have, and files that an epoll instance watches. */
#include "../check.h"
#include <linux/kcmp.h>
#include <sys/epoll.h>
#include <sys/sem.h>

#define kcmp(...) syscall(SYS_kcmp, __VA_ARGS__)

int main(void) {
  pid_t me = getpid();
  pid_t child = fork();
  if (child == 0) {
    sleep_ms(10000);
    _exit(0);
  }
  CALL(kcmp(me, child, KCMP_IO, 0, 0));
  CALL(syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 3));
  CALL(kcmp(me, child, KCMP_IO, 0, 0) > 0);
  CALL(kcmp(me, me, KCMP_IO, 0, 0));
  CALL(kcmp(me, child, KCMP_SYSVSEM, 0, 0));
  int set = semget(IPC_PRIVATE, 1, 0600);
  struct sembuf up = {0, 1, SEM_UNDO};
  semop(set, &up, 1);
  CALL(kcmp(me, child, KCMP_SYSVSEM, 0, 0) > 0);
  semctl(set, 0, IPC_RMID);

  int fds[2], epoll = epoll_create1(0);
  pipe(fds);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(epoll, EPOLL_CTL_ADD, fds[0], &event);
  int copy = dup(fds[0]);
  close(fds[0]); /* Still watched, by the number that it had. */
  struct kcmp_epoll_slot slot = {epoll, fds[0], 0};
  CALL(kcmp(me, me, KCMP_EPOLL_TFD, copy, &slot));
  CALL(kcmp(me, me, KCMP_EPOLL_TFD, fds[1], &slot) > 0);
  CALL(kcmp(me, me, KCMP_EPOLL_TFD, NO_FD, &slot));
  CALL(kcmp(me, child, KCMP_EPOLL_TFD, copy, &slot));
  CALL(kcmp(me, me, KCMP_EPOLL_TFD, copy, BAD));
  slot.toff = 1;
  CALL(kcmp(me, me, KCMP_EPOLL_TFD, copy, &slot));
  slot = (struct kcmp_epoll_slot){epoll, copy, 0};
  CALL(kcmp(me, me, KCMP_EPOLL_TFD, copy, &slot));
  slot.efd = copy;
  CALL(kcmp(me, me, KCMP_EPOLL_TFD, copy, &slot));
  slot.efd = NO_FD;
  CALL(kcmp(me, me, KCMP_EPOLL_TFD, copy, &slot));
  kill(child, SIGKILL);
  return 0;
}
