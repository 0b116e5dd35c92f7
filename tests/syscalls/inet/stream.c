/* Bytes over TCP: peeking, waiting for all, lowat, truncating, timeouts, flags. */
#include "inet.h"

static int s[2];
static char b[200];
static void later(void) {
  sleep_ms(30);
  send(s[1], "two", 3, 0);
  sleep_ms(30);
  send(s[1], "three", 5, 0);
}

int main(void) {
  fresh();
  tcp_pair(s);
  CALL(recv(s[0], b, 10, MSG_DONTWAIT));
  CALL(recv(s[0], b, 0, MSG_DONTWAIT));
  CALL(read(s[0], b, 0));
  CALL(send(s[1], "abc", 3, 0));
  CALL(send(s[1], "def", 3, MSG_EOR));
  CALL(send(s[1], "", 0, 0));
  CALL(recv(s[0], b, 0, 0));
  CALL(recv(s[0], b, 2, MSG_PEEK));
  CALL(recv(s[0], b, 100, MSG_PEEK));
  printf("%.6s\n", b);
  CALL(recv(s[0], b, 2, MSG_PEEK | MSG_TRUNC));
  memset(b, '-', 10);
  CALL(recv(s[0], b, 4, MSG_TRUNC));
  printf("%.6s\n", b);
  CALL(recv(s[0], b, 100, MSG_DONTWAIT));
  printf("%.6s\n", b);
  CALL(recv(s[0], NULL, 0, MSG_DONTWAIT));
  send(s[1], "one", 3, 0);
  pid_t child = start(later);
  CALL(recv(s[0], b, 11, MSG_WAITALL));
  printf("%.11s\n", b);
  waitpid(child, NULL, 0);
  CALL(set_int(s[0], SOL_SOCKET, SO_RCVLOWAT, 5));
  send(s[1], "12", 2, 0);
  show_poll("below lowat", s[0]);
  child = start(later);
  CALL(recv(s[0], b, 100, 0));
  waitpid(child, NULL, 0);
  struct timeval tv = {0, 30000};
  setsockopt(s[0], SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
  recv(s[0], b, 100, MSG_DONTWAIT);
  send(s[1], "x", 1, 0);
  CALL(recv(s[0], b, 100, 0)); /* Less than asked for, when the time is over. */
  CALL(recv(s[0], b, 100, 0));
  struct sockaddr_in a = v4("127.0.0.1", 9);
  socklen_t n = sizeof a;
  send(s[1], "yz", 2, 0);
  CALL(recvfrom(s[0], b, 1, 0, (void *)&a, &n));
  CALL(n);
  CALL(recvfrom(s[0], b, 1, 0, (void *)&a, NULL));
  CALL(sendto(s[1], "q", 1, 0, (void *)&a, sizeof a)); /* The name is not looked at. */
  CALL(sendto(s[1], "q", 1, 0, BAD, sizeof a));
  CALL(sendto(s[1], "q", 1, 0, (void *)&a, 300));
  CALL(send(s[1], BAD, 5, 0));
  CALL(recv(s[0], BAD, 5, MSG_DONTWAIT));
  CALL(recv(s[0], b, 10, 0));
  CALL(send(s[1], b, 1, MSG_OOB | MSG_DONTWAIT));
  CALL(recv(s[0], b, 1, MSG_ERRQUEUE));
  struct iovec v[3] = {{"ab", 2}, {NULL, 0}, {"cde", 3}};
  CALL(writev(s[1], v, 3));
  char one[4] = "", two[10] = "";
  struct iovec w[2] = {{one, 3}, {two, 9}};
  struct msghdr h = {.msg_name = &a, .msg_namelen = sizeof a, .msg_iov = w, .msg_iovlen = 2, .msg_flags = 77};
  CALL(recvmsg(s[0], &h, 0));
  printf("%s %s %d %x %zu\n", one, two, h.msg_namelen, h.msg_flags, h.msg_controllen);
  int lone = socket(AF_INET, SOCK_STREAM, 0);
  CALL(recv(lone, b, 1, 0));
  CALL(recv(lone, b, 1, MSG_OOB));
  CALL(send(lone, b, 1, MSG_NOSIGNAL));
  CALL(send(lone, "", 0, MSG_NOSIGNAL));
  CALL(shutdown(lone, SHUT_RDWR));
  show_poll("shut and alone", lone);
  CALL(recv(lone, b, 1, 0));
  CALL(shutdown(lone, 3));
  CALL(shutdown(lone, -1));
  return 0;
}
