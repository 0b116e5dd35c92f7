/* Calls that SIGCONT after a stop interrupts without any handler, and those that go on: signal(7). */
#include "../check.h"
#include <linux/futex.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/sem.h>
#include <sys/inotify.h>
static int ends[2];
#define IN_CHILD(x) do { \
    fflush(stdout); \
    pid_t pid_ = fork(); \
    if (pid_ == 0) { CALL(x); _exit(0); } \
    int status_; \
    sleep_ms(30); \
    kill(pid_, SIGSTOP); \
    waitpid(pid_, &status_, WUNTRACED); \
    kill(pid_, SIGCONT); \
    sleep_ms(30); \
    if (waitpid(pid_, &status_, WNOHANG) == 0) { \
      printf("%s goes on\n", #x); kill(pid_, SIGKILL); waitpid(pid_, &status_, 0); } \
  } while (0)
int main(void) {
  char c;
  int word = 0;
  struct timespec far = {5, 0};
  struct sembuf down = {0, -1, 0};
  struct epoll_event event;
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  if (pipe(ends)) return 1;
  int sem = semget(IPC_PRIVATE, 1, 0600), epoll = epoll_create1(0), notify = inotify_init1(0);
  struct pollfd entry = {ends[0], POLLIN, 0};
  IN_CHILD(read(ends[0], &c, 1));
  IN_CHILD(poll(&entry, 1, -1));
  IN_CHILD(poll(&entry, 1, 5000));
  IN_CHILD(select(0, NULL, NULL, NULL, NULL));
  IN_CHILD(epoll_wait(epoll, &event, 1, 5000));
  IN_CHILD(nanosleep(&far, NULL));
  IN_CHILD(pause());
  IN_CHILD(sigsuspend(&set));
  IN_CHILD(sigtimedwait(&set, NULL, &far));
  IN_CHILD(semop(sem, &down, 1));
  IN_CHILD(semtimedop(sem, &down, 1, &far));
  IN_CHILD(read(notify, &c, 1));
  IN_CHILD(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &far, NULL, 0));
  semctl(sem, 0, IPC_RMID);
  return 0;
}
