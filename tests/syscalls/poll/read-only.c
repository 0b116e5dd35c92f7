/* poll(2) whose events cannot be stored: that counts before what ended the wait. */
#include "../check.h"
#include <poll.h>

static void nothing(int signo) { (void)signo; }

int main(void) {
  int fds[2];
  pipe(fds);
  struct pollfd *locked = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  locked[0] = (struct pollfd){.fd = fds[0], .events = POLLIN, .revents = 77};
  struct pollfd mine = locked[0];
  mprotect(locked, 4096, PROT_READ);
  sigset_t block, none;
  sigemptyset(&none);
  sigemptyset(&block);
  sigaddset(&block, SIGUSR1);
  sigprocmask(SIG_BLOCK, &block, NULL);
  on_signal(SIGUSR1, nothing, 0);
  struct timespec shortest = {0, 1}, nothing_at_all = {0, 0};
  CALL(ppoll(locked, 1, &nothing_at_all, NULL));
  CALL(ppoll(locked, 1, &shortest, NULL));
  raise(SIGUSR1);
  CALL(ppoll(locked, 1, &shortest, &none));
  raise(SIGUSR1);
  CALL(ppoll(locked, 1, NULL, &none));
  raise(SIGUSR1);
  CALL(ppoll(&mine, 1, NULL, &none));
  CALL(mine.revents);
  on_signal(SIGALRM, nothing, SA_RESTART);
  ualarm(20000, 0);
  CALL(poll(locked, 1, -1));
  ualarm(20000, 0);
  mine.revents = 77;
  CALL(poll(&mine, 1, -1));
  CALL(mine.revents);
  return 0;
}
