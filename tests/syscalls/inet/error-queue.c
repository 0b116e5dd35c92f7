/* IP_RECVERR: an error of the network waits in a queue, with what was sent. */
#include "inet.h"
#include <linux/errqueue.h>

static void fetch(int s) {
  char b[100], control[512];
  struct sockaddr_storage name;
  struct iovec v = {b, sizeof b};
  struct msghdr h = {.msg_name = &name, .msg_namelen = sizeof name, .msg_iov = &v, .msg_iovlen = 1,
                     .msg_control = control, .msg_controllen = sizeof control};
  long n = CALL(recvmsg(s, &h, MSG_ERRQUEUE));
  if (n < 0) return;
  printf("  %.*s\n", (int)n, b);
  show_address("  to", &name, h.msg_namelen);
  printf("  flags %x\n", h.msg_flags);
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&h); c; c = CMSG_NXTHDR(&h, c)) {
    struct sock_extended_err *e = (void *)CMSG_DATA(c);
    printf("  level %d type %d length %zu\n", c->cmsg_level, c->cmsg_type, c->cmsg_len - sizeof *c);
    printf("  %s origin %d type %d code %d info %d data %d\n", strerrorname_np(e->ee_errno), e->ee_origin,
           e->ee_type, e->ee_code, e->ee_info, e->ee_data);
    show_address("  offender", SO_EE_OFFENDER(e), 16);
  }
}

int main(void) {
  fresh();
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in to = v4("127.0.0.1", 7300);
  CALL(set_int(s, IPPROTO_IP, IP_RECVERR, 1));
  fetch(s);
  CALL(sendto(s, "hello", 5, 0, (void *)&to, sizeof to));
  show_poll("refused", s);
  CALL(sendto(s, "again", 5, 0, (void *)&to, sizeof to));
  CALL(sendto(s, "third", 5, 0, (void *)&to, sizeof to));
  fetch(s);
  show_poll("one fetched", s);
  fetch(s);
  fetch(s);
  SHOW_ERROR(s);
  show_poll("all fetched", s);
  sendto(s, "last", 4, 0, (void *)&to, sizeof to);
  CALL(set_int(s, IPPROTO_IP, IP_RECVERR, 0));
  fetch(s);
  int s6 = socket(AF_INET6, SOCK_DGRAM, 0);
  struct sockaddr_in6 to6 = v6("::1", 7300);
  CALL(set_int(s6, IPPROTO_IPV6, IPV6_RECVERR, 1));
  CALL(connect(s6, (void *)&to6, sizeof to6));
  CALL(send(s6, "hello", 5, 0));
  show_poll("refused", s6);
  fetch(s6);
  SHOW_ERROR(s6);
  int t = socket(AF_INET, SOCK_STREAM, 0);
  CALL(set_int(t, IPPROTO_IP, IP_RECVERR, 1));
  CALL(CONNECT(t, "127.0.0.1", 7300));
  fetch(t);
  return 0;
}
