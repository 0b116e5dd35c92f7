/* NETLINK_SOCK_DIAG: the sockets of a namespace, as ss(8) asks for them. */
#include "inet.h"
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

static int compare(const void *a, const void *b) { return strcmp(a, b); }

static void ask(const char *what, int family, int protocol, unsigned states) {
  struct {
    struct nlmsghdr h;
    struct inet_diag_req_v2 r;
  } m = {{sizeof m, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, 5, 0},
         {.sdiag_family = family, .sdiag_protocol = protocol, .idiag_states = states}};
  static char lines[20][200], b[16384];
  int count = 0, s = socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
  printf("%s\n", what);
  CALL(send(s, &m, sizeof m, 0) == sizeof m);
  for (int done = 0; !done;) {
    int n = recv(s, b, sizeof b, 0);
    if (n < 0) break;
    for (struct nlmsghdr *h = (void *)b; NLMSG_OK(h, (unsigned)n); h = NLMSG_NEXT(h, n)) {
      if (h->nlmsg_type == NLMSG_ERROR) printf("  %s\n", strerrorname_np(-((struct nlmsgerr *)NLMSG_DATA(h))->error));
      if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR) {
        done = 1;
        break;
      }
      struct inet_diag_msg *d = NLMSG_DATA(h);
      char from[64], to[64];
      inet_ntop(d->idiag_family, d->id.idiag_src, from, sizeof from);
      inet_ntop(d->idiag_family, d->id.idiag_dst, to, sizeof to);
      int sport = ntohs(d->id.idiag_sport), dport = ntohs(d->id.idiag_dport);
      snprintf(lines[count++], 200, "  family %d state %d %s:%d -> %s:%d queues %d %d uid %d%s\n", d->idiag_family, d->idiag_state,
               from, sport >= 32768 ? -1 : sport, to, dport >= 32768 ? -1 : dport, protocol == IPPROTO_UDP ? d->idiag_rqueue > 0 : d->idiag_rqueue,
               d->idiag_wqueue, d->idiag_uid, d->idiag_inode ? " inode" : "");
    }
  }
  close(s);
  qsort(lines, count, sizeof *lines, compare);
  for (int i = 0; i < count; i++) fputs(lines[i], stdout);
}

int main(void) {
  fresh();
  int l = listener("127.0.0.1", 8500), l6 = listener("::1", 8501), u = socket(AF_INET, SOCK_DGRAM, 0), v = socket(AF_INET, SOCK_DGRAM, 0);
  int c = socket(AF_INET, SOCK_STREAM, 0), lone = socket(AF_INET, SOCK_STREAM, 0), bound = socket(AF_INET, SOCK_STREAM, 0);
  CONNECT(c, "127.0.0.1", 8500);
  int e = accept(l, NULL, NULL);
  write(c, "abc", 3);
  BIND(bound, "127.0.0.1", 8502);
  BIND(u, "127.0.0.1", 8503);
  CONNECT(v, "127.0.0.1", 8503);
  send(v, "hello", 5, 0);
  ask("all TCP", AF_INET, IPPROTO_TCP, ~0u & ~(1u << 7));
  ask("listening TCP", AF_INET, IPPROTO_TCP, 1 << 10);
  ask("established TCP", AF_INET, IPPROTO_TCP, 1 << 1);
  ask("TCP 6", AF_INET6, IPPROTO_TCP, ~0u & ~(1u << 7));
  ask("UDP", AF_INET, IPPROTO_UDP, ~0u);
  ask("UDP 6", AF_INET6, IPPROTO_UDP, ~0u);
  ask("no family", 77, IPPROTO_UDP, ~0u);
  close(e), close(lone), close(l6);
  return 0;
}
