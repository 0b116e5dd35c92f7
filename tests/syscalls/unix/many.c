/* sendmmsg(2), recvmmsg(2): several messages, times, errors on the way. */
#include "unix.h"

static int s[2], gap = 30;
static void later(void) {
  for (int i = 0; i < 3; i++) {
    sleep_ms(gap);
    send(s[0], "later", 5, 0);
  }
}

int main(void) {
  struct mmsghdr m[4];
  struct iovec v[4];
  char text[4][10];
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, s)) return 1;
  memset(m, 0, sizeof m);
  for (int i = 0; i < 4; i++) {
    v[i] = (struct iovec){text[i], i + 1};
    memset(text[i], 'a' + i, 10);
    m[i].msg_hdr.msg_iov = &v[i];
    m[i].msg_hdr.msg_iovlen = 1;
  }
  CALL(sendmmsg(s[0], m, 4, 0));
  for (int i = 0; i < 4; i++) printf("%u ", m[i].msg_len);
  puts("");
  for (int i = 0; i < 4; i++) v[i].iov_len = 10;
  CALL(recvmmsg(s[1], m, 3, 0, NULL));
  for (int i = 0; i < 3; i++) printf("%u:%.*s ", m[i].msg_len, m[i].msg_len, text[i]);
  puts("");
  CALL(recvmmsg(s[1], m, 4, MSG_DONTWAIT, NULL));
  CALL(recvmmsg(s[1], m, 4, MSG_DONTWAIT, NULL));
  CALL(recvmmsg(s[1], m, 0, 0, NULL));
  CALL(sendmmsg(s[0], m, 0, 0));
  pid_t child = start(later);
  CALL(recvmmsg(s[1], m, 3, 0, NULL)); /* Waits for each. */
  waitpid(child, NULL, 0);
  child = start(later);
  CALL(recvmmsg(s[1], m, 3, MSG_WAITFORONE, NULL));
  waitpid(child, NULL, 0);
  CALL(recvmmsg(s[1], m, 3, MSG_WAITFORONE, NULL));
  struct timespec t = {0, 300000000}, bad = {0, -1};
  gap = 200;
  child = start(later);
  CALL(recvmmsg(s[1], m, 4, 0, &t)); /* Over after the second. */
  printf("%ld %ld\n", t.tv_sec, t.tv_nsec);
  waitpid(child, NULL, 0);
  CALL(recvmmsg(s[1], m, 1, 0, &bad));
  CALL(recvmmsg(s[1], m, 1, 0, BAD));
  CALL(recvmmsg(s[1], BAD, 1, MSG_DONTWAIT, NULL));
  CALL(sendmmsg(s[0], BAD, 1, 0));
  CALL(recv(s[1], text, 10, MSG_DONTWAIT));
  v[1].iov_base = BAD;
  CALL(sendmmsg(s[0], m, 3, 0)); /* The second fails: one has gone. */
  CALL(sendmmsg(s[0], m + 1, 1, 0));
  CALL(sendmmsg(NO_FD, m, 1, 0));
  CALL(recvmmsg(1, m, 1, 0, NULL));
  return 0;
}
