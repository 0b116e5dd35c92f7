/* EINTR and SA_RESTART by call, second part: sockets, locks, FIFOs, semaphores, futexes, message queues. */
#include "../check.h"
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/time.h>
static volatile int count;
static void on_alarm(int signo) {
  (void)signo;
  if (++count == 2) { /* The call was made again: end it by longer means. */
    write(1, "(restarted) ", 12);
    _exit(0);
  }
}
static void arm(int flags) {
  alarm(0);
  count = 0;
  on_signal(SIGALRM, on_alarm, flags);
  struct itimerval timer = {{0, 40000}, {0, 30000}};
  setitimer(ITIMER_REAL, &timer, NULL);
}
static int flags;
#define WITH(x) do { \
    fflush(stdout); \
    int status_; \
    pid_t pid_ = fork(); \
    if (pid_ == 0) { arm(flags); CALL(x); _exit(0); } \
    waitpid(pid_, &status_, 0); \
    printf("%s: %s\n", #x, WIFEXITED(status_) ? "done" : "killed"); \
  } while (0)
static int pair[2], word;
int main(void) {
  struct timespec far = {5, 0};
  struct sembuf down = {0, -1, 0};
  struct msgbuf_ { long type; char text[8]; } message;
  struct epoll_event event;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return 1;
  int sem = semget(IPC_PRIVATE, 1, 0600), queue = msgget(IPC_PRIVATE, 0600), epoll = epoll_create1(0);
  int lock = open("lock", O_RDWR | O_CREAT, 0600), other = open("lock", O_RDWR);
  flock(lock, LOCK_EX);
  mkfifo("fifo", 0600);
  struct pollfd entry = {pair[0], POLLIN, 0};
  for (int i = 0; i < 2; i++) {
    flags = i ? SA_RESTART : 0;
    printf("flags %x\n", flags);
    WITH(recv(pair[0], &word, 4, 0));
    WITH(flock(other, LOCK_EX));
    WITH(open("fifo", O_RDONLY));
    WITH(semop(sem, &down, 1));
    WITH(semtimedop(sem, &down, 1, &far));
    WITH(msgrcv(queue, &message, 8, 0, 0));
    WITH(syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0));
    WITH(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &far, NULL, 0));
    WITH(epoll_pwait(epoll, &event, 1, 5000, NULL));
    WITH(ppoll(&entry, 1, &far, NULL));
    WITH(clock_nanosleep(CLOCK_MONOTONIC, 0, &far, NULL));
    WITH(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){1000000000, 0}, NULL));
    WITH(waitid(P_ALL, 0, NULL, WEXITED));
  }
  semctl(sem, 0, IPC_RMID);
  msgctl(queue, IPC_RMID, NULL);
  return 0;
}
