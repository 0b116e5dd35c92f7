/* Buffers that are full: EAGAIN, writers that wait, room that comes back. */
#include "inet.h"

static int s[2];
static char b[65536];

static void reader(void) {
  sleep_ms(30);
  long sum = 0;
  int n;
  while ((n = read(s[1], b, sizeof b)) > 0) sum += n;
  printf("reader: %ld\n", sum);
}

int main(void) {
  fresh();
  tcp_pair(s);
  CALL(get_int(s[0], SOL_SOCKET, SO_SNDBUF));
  fcntl(s[0], F_SETFL, O_NONBLOCK);
  long sum = 0;
  int n;
  while ((n = write(s[0], b, sizeof b)) > 0) sum += n;
  printf("full: %s, much: %d\n", strerrorname_np(errno), sum > 500000);
  show_poll("full", s[0]);
  struct timeval tv = {0, 20000};
  fcntl(s[0], F_SETFL, 0);
  setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
  CALL(write(s[0], b, 10));
  CALL(send(s[0], b, 10, MSG_DONTWAIT));
  long got = 0;
  fcntl(s[1], F_SETFL, O_NONBLOCK);
  while ((n = read(s[1], b, sizeof b)) > 0) got += n;
  printf("all came: %d\n", got == sum);
  show_poll("empty", s[0]);
  CALL(write(s[0], b, 10));
  CALL(read(s[1], b, 100));
  /* More than any buffer, in one call. */
  tv.tv_usec = 0;
  setsockopt(s[0], SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof tv);
  fcntl(s[1], F_SETFL, 0);
  size_t big = 8 << 20;
  char *all = calloc(1, big);
  if (fork() == 0) {
    close(s[0]);
    reader();
    _exit(0);
  }
  close(s[1]);
  CALL(write(s[0], all, big));
  CALL(send(s[0], all, big, 0));
  struct iovec v[2] = {{all, 1000}, {all, 500000}};
  CALL(writev(s[0], v, 2));
  close(s[0]);
  wait(NULL);
  /* Small buffers. */
  int l = listener("127.0.0.1", 6300);
  set_int(l, SOL_SOCKET, SO_RCVBUF, 4096);
  int c = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  set_int(c, SOL_SOCKET, SO_SNDBUF, 4096);
  CONNECT(c, "127.0.0.1", 6300);
  int e = accept(l, NULL, NULL);
  CALL(get_int(c, SOL_SOCKET, SO_SNDBUF));
  CALL(get_int(e, SOL_SOCKET, SO_RCVBUF));
  sum = 0;
  while ((n = write(c, b, 1000)) > 0) sum += n;
  printf("small: %s, little: %d\n", strerrorname_np(errno), sum < 100000);
  return 0;
}
