/* O_ASYNC, F_SETOWN and their ioctls on sockets of the Internet. */
#include "inet.h"

static volatile int ios;
static void on_io(int signo, siginfo_t *info, void *p) {
  (void)p;
  ios++;
  printf("signal %s band %lx\n", sigabbrev_np(signo), info->si_code == SI_KERNEL ? 0 : info->si_band);
}

int main(void) {
  fresh();
  struct sigaction a = {.sa_sigaction = on_io, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGIO, &a, NULL);
  sigaction(SIGRTMIN, &a, NULL);
  int s[2], n = 0;
  char b[10];
  tcp_pair(s);
  CALL(fcntl(s[0], F_GETOWN));
  CALL(fcntl(s[0], F_SETOWN, getpid()));
  CALL(fcntl(s[0], F_SETFL, O_ASYNC));
  write(s[1], "x", 1);
  CALL(ios > 0);
  CALL(ioctl(s[0], SIOCGPGRP, &n));
  CALL(n == getpid());
  CALL(ioctl(s[0], FIOGETOWN, &n));
  n = 0;
  CALL(ioctl(s[0], SIOCSPGRP, &n));
  CALL(fcntl(s[0], F_GETOWN));
  n = getpid();
  CALL(ioctl(s[0], FIOSETOWN, &n));
  CALL(fcntl(s[0], F_SETSIG, SIGRTMIN));
  ios = 0;
  write(s[1], "y", 1);
  CALL(ios > 0);
  n = 0;
  CALL(ioctl(s[0], FIOASYNC, &n));
  ios = 0;
  write(s[1], "z", 1);
  CALL(ios);
  n = 1;
  CALL(ioctl(s[0], FIONBIO, &n));
  CALL(read(s[0], b, 10));
  CALL(read(s[0], b, 10));
  int u = socket(AF_INET, SOCK_DGRAM, 0), v = socket(AF_INET, SOCK_DGRAM, 0);
  BIND(u, "127.0.0.1", 7950);
  CONNECT(v, "127.0.0.1", 7950);
  fcntl(u, F_SETOWN, getpid());
  fcntl(u, F_SETFL, O_ASYNC);
  send(v, "x", 1, 0);
  CALL(ios > 0);
  return 0;
}
