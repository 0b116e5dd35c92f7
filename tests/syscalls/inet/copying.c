/* Files and pipes to sockets and back: sendfile(2), splice(2), and many messages by one call. */
#include "inet.h"
#include <sys/sendfile.h>

static int s[2];
static char b[70000], c[70000];

static void reader(void) {
  long sum = 0, n, bad = 0;
  while ((n = read(s[1], c, sizeof c)) > 0) {
    for (long i = 0; i < n; i++) bad += c[i] != (char)((sum + i) % 253);
    sum += n;
  }
  printf("reader: %ld, %ld wrong\n", sum, bad);
}

int main(void) {
  fresh();
  tcp_pair(s);
  int f = open("data", O_RDWR | O_CREAT, 0600);
  for (int i = 0; i < 300000; i += 1000) {
    for (int j = 0; j < 1000; j++) b[j] = (i + j) % 253;
    if (write(f, b, 1000) != 1000) return 1;
  }
  if (fork() == 0) {
    close(s[0]);
    reader();
    _exit(0);
  }
  close(s[1]);
  off_t off = 0;
  long done = 0, n;
  while (done < 300000 && (n = sendfile(s[0], f, &off, 300000)) > 0) done += n;
  printf("sent %ld, offset %ld\n", done, (long)off);
  CALL(sendfile(s[0], f, &off, 10));
  CALL(sendfile(f, s[0], NULL, 10));
  close(s[0]);
  wait(NULL);
  tcp_pair(s);
  int p[2], q[2];
  if (pipe(p) || pipe(q)) return 1;
  write(p[1], "through", 7);
  CALL(splice(p[0], NULL, s[0], NULL, 100, 0));
  CALL(splice(s[1], NULL, q[1], NULL, 100, 0));
  CALL(read(q[0], b, 100));
  printf("%.7s\n", b);
  fcntl(s[1], F_SETFL, O_NONBLOCK);
  CALL(splice(s[1], NULL, q[1], NULL, 100, 0));
  fcntl(s[1], F_SETFL, 0);
  off = 0;
  CALL(splice(s[1], &off, q[1], NULL, 100, 0));
  CALL(splice(s[0], NULL, s[1], NULL, 100, 0));
  shutdown(s[0], SHUT_WR);
  CALL(splice(s[1], NULL, q[1], NULL, 100, 0));
  write(p[1], "x", 1);
  CALL(splice(p[0], NULL, s[0], NULL, 100, 0));
  /* Several at once. */
  int r = socket(AF_INET, SOCK_DGRAM, 0), u = socket(AF_INET, SOCK_DGRAM, 0);
  BIND(r, "127.0.0.1", 7900);
  CONNECT(u, "127.0.0.1", 7900);
  struct iovec v[3] = {{"one", 3}, {"two", 3}, {"three", 5}}, w[4] = {{b, 10}, {b + 10, 10}, {b + 20, 3}, {b + 30, 10}};
  struct mmsghdr m[4];
  memset(m, 0, sizeof m);
  for (int i = 0; i < 3; i++) m[i].msg_hdr = (struct msghdr){.msg_iov = &v[i], .msg_iovlen = 1};
  CALL(sendmmsg(u, m, 3, 0));
  printf("%d %d %d\n", m[0].msg_len, m[1].msg_len, m[2].msg_len);
  struct sockaddr_in from[4];
  for (int i = 0; i < 4; i++)
    m[i].msg_hdr = (struct msghdr){.msg_iov = &w[i], .msg_iovlen = 1, .msg_name = &from[i], .msg_namelen = 16};
  CALL(recvmmsg(r, m, 4, MSG_DONTWAIT, NULL));
  for (int i = 0; i < 3; i++)
    printf("%d %x %d %.3s\n", m[i].msg_len, m[i].msg_hdr.msg_flags, m[i].msg_hdr.msg_namelen, (char *)w[i].iov_base);
  CALL(recvmmsg(r, m, 4, MSG_DONTWAIT, NULL));
  struct timespec t = {0, 20000000};
  send(u, "x", 1, 0);
  CALL(recvmmsg(r, m, 1, 0, &t));
  CALL(recvmmsg(r, m, 4, MSG_DONTWAIT, &t));
  CALL(sendmmsg(r, m, 1, 0));
  return 0;
}
