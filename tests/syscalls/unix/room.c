/* How much goes into a socket's buffer, and when there is room again. */
#include "unix.h"

static int s[2];
static char block[100000];
static int fill(int size) {
  int n = 0;
  while (send(s[0], block, size, MSG_DONTWAIT) == size) n++;
  return n;
}

int main(void) {
  int sizes[] = {1, 100, 1000, 5000};
  int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
  for (int t = 0; t < 3; t++)
    for (int i = 0; i < 4; i++) {
      if (socketpair(AF_UNIX, types[t], 0, s)) return 1;
      int buffer = 20000;
      setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
      int n = fill(sizes[i]);
      printf("type %d, %d bytes: %d\n", types[t], sizes[i], n);
      show_poll("full", s[0]);
      recv(s[1], block, sizes[i], 0);
      show_poll("one read", s[0]);
      while (n > 0 && recv(s[1], block, sizes[i], MSG_DONTWAIT) > 0) n--;
      show_poll("all read", s[0]);
      close(s[0]);
      close(s[1]);
    }
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  struct timeval tv = {0, 20000};
  setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
  while (send(s[0], block, sizeof block, 0) == sizeof block) {
  }
  CALL(send(s[0], block, 1, 0));
  return 0;
}
