/* Datagrams: boundaries, truncation, peeking, names, what is refused. */
#include "inet.h"

static char b[70000];

int main(void) {
  fresh();
  int r = socket(AF_INET, SOCK_DGRAM, 0), s = socket(AF_INET, SOCK_DGRAM, 0);
  CALL(BIND(r, "127.0.0.1", 7000));
  CALL(BIND(s, "127.0.0.1", 7001));
  struct sockaddr_in to = v4("127.0.0.1", 7000), from;
  socklen_t n = sizeof from;
  CALL(recv(r, b, 10, MSG_DONTWAIT));
  CALL(sendto(s, "abc", 3, 0, (void *)&to, sizeof to));
  CALL(sendto(s, "", 0, 0, (void *)&to, sizeof to));
  CALL(sendto(s, "defgh", 5, 0, (void *)&to, sizeof to));
  show_poll("three", r);
  int q;
  CALL(ioctl(r, FIONREAD, &q));
  CALL(q);
  CALL(recv(r, b, 2, MSG_PEEK));
  CALL(recvfrom(r, b, 10, 0, (void *)&from, &n));
  show_address("from", &from, n);
  CALL(ioctl(r, FIONREAD, &q));
  CALL(q);
  CALL(recv(r, b, 10, 0));
  CALL(recv(r, b, 2, MSG_TRUNC));
  CALL(recv(r, b, 2, MSG_DONTWAIT));
  CALL(ioctl(r, FIONREAD, &q));
  CALL(q);
  CALL(ioctl(s, SIOCOUTQ, &q));
  CALL(q);
  sendto(s, "0123456789", 10, 0, (void *)&to, sizeof to);
  struct iovec w = {b, 4};
  struct msghdr h = {.msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &w, .msg_iovlen = 1};
  CALL(recvmsg(r, &h, 0));
  printf("flags %x name %d\n", h.msg_flags, h.msg_namelen);
  /* Addresses. */
  CALL(sendto(s, "x", 1, 0, NULL, 0));
  CALL(send(s, "x", 1, 0));
  CALL(sendto(s, "x", 1, 0, (void *)&to, 15));
  CALL(sendto(s, "x", 1, 0, (void *)&to, 0));
  CALL(sendto(s, "x", 1, 0, BAD, sizeof to));
  CALL(sendto(s, "x", 1, 0, (void *)&to, 200));
  CALL(sendto(s, "x", 1, MSG_OOB, (void *)&to, sizeof to));
  to.sin_port = 0;
  CALL(sendto(s, "x", 1, 0, (void *)&to, sizeof to));
  to = v4("127.0.0.1", 7000);
  to.sin_family = AF_UNSPEC;
  CALL(sendto(s, "x", 1, 0, (void *)&to, sizeof to));
  to.sin_family = AF_INET6;
  CALL(sendto(s, "x", 1, 0, (void *)&to, sizeof to));
  to = v4("192.0.2.9", 7000);
  CALL(sendto(s, "x", 1, 0, (void *)&to, sizeof to));
  int t = socket(AF_INET, SOCK_DGRAM, 0);
  CALL(sendto(t, "x", 1, 0, (void *)&to, sizeof to));
  show_names("after a failed send", t);
  to = v4("255.255.255.255", 7000);
  CALL(sendto(t, "x", 1, 0, (void *)&to, sizeof to));
  to = v4("127.255.255.255", 7000);
  CALL(sendto(t, "x", 1, 0, (void *)&to, sizeof to));
  to = v4("224.0.0.5", 7000);
  CALL(sendto(t, "x", 1, 0, (void *)&to, sizeof to));
  to = v4("0.0.0.0", 7000);
  CALL(sendto(t, "to any", 6, 0, (void *)&to, sizeof to));
  while (recv(r, b, 10, MSG_DONTWAIT) >= 0) printf("got %.6s\n", b);
  /* Sizes. */
  to = v4("127.0.0.1", 7000);
  CALL(sendto(s, b, 65507, 0, (void *)&to, sizeof to));
  CALL(sendto(s, b, 65508, 0, (void *)&to, sizeof to));
  CALL(sendto(s, b, 65535, 0, (void *)&to, sizeof to));
  CALL(sendto(s, b, 65536, 0, (void *)&to, sizeof to));
  CALL(recv(r, b, sizeof b, 0));
  CALL(sendto(s, BAD, 10, 0, (void *)&to, sizeof to));
  CALL(recv(r, BAD, 10, MSG_DONTWAIT));
  sendto(s, "lost", 4, 0, (void *)&to, sizeof to);
  CALL(recv(r, BAD, 10, MSG_DONTWAIT));
  CALL(recv(r, b, 10, MSG_DONTWAIT));
  sendto(s, "zero", 4, 0, (void *)&to, sizeof to);
  CALL(recv(r, b, 0, 0));
  CALL(recv(r, b, 10, MSG_DONTWAIT));
  sendto(s, "read", 4, 0, (void *)&to, sizeof to);
  CALL(read(r, b, 0));
  CALL(recv(r, b, 10, MSG_DONTWAIT));
  /* A buffer that is full loses the rest. */
  CALL(set_int(r, SOL_SOCKET, SO_RCVBUF, 8000));
  CALL(get_int(r, SOL_SOCKET, SO_RCVBUF));
  for (int i = 0; i < 100; i++)
    if (sendto(s, b, 1000, 0, (void *)&to, sizeof to) != 1000) perror("send");
  int count = 0;
  while (recv(r, b, 2000, MSG_DONTWAIT) > 0) count++;
  printf("some came: %d\n", count > 1 && count < 50);
  struct timeval tv = {0, 20000};
  setsockopt(r, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
  CALL(recv(r, b, 10, 0));
  CALL(shutdown(r, SHUT_RD));
  show_poll("shut", r);
  tv.tv_usec = 0;
  setsockopt(r, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
  CALL(recv(r, b, 10, 0));
  CALL(recv(r, b, 10, MSG_DONTWAIT));
  CALL(sendto(s, "still", 5, 0, (void *)&to, sizeof to));
  CALL(recv(r, b, 10, MSG_DONTWAIT));
  CALL(shutdown(r, SHUT_WR));
  show_poll("shut", r);
  return 0;
}
