/* NETLINK_ROUTE: links, addresses and routes of a namespace of one's own. */
#include "inet.h"
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

static int s;
static unsigned sequence;

static long request(int type, int flags, const void *body, size_t len) {
  struct {
    struct nlmsghdr h;
    char body[256];
  } m = {.h = {NLMSG_LENGTH(len), type, flags | NLM_F_REQUEST, ++sequence, 0}};
  memcpy(m.body, body, len);
  return send(s, &m, m.h.nlmsg_len, 0);
}

static void attributes(struct rtattr *a, int len, const int *wanted) {
  for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
    for (const int *w = wanted; *w; w++)
      if (a->rta_type == *w) {
        printf(" %d:", *w);
        for (unsigned i = 0; i < RTA_PAYLOAD(a) && i < 16; i++) printf("%02x", ((unsigned char *)RTA_DATA(a))[i]);
      }
  printf("\n");
}

static void answers(void) {
  static const int link[] = {IFLA_ADDRESS, IFLA_BROADCAST, IFLA_IFNAME, IFLA_MTU, IFLA_TXQLEN, IFLA_OPERSTATE, IFLA_QDISC, 0};
  static const int address[] = {IFA_ADDRESS, IFA_LOCAL, IFA_LABEL, IFA_BROADCAST, IFA_FLAGS, 0};
  static const int route[] = {RTA_DST, RTA_OIF, RTA_PREFSRC, RTA_TABLE, 0};
  char b[16384];
  for (;;) {
    int n = recv(s, b, sizeof b, MSG_DONTWAIT);
    if (n < 0) return;
    for (struct nlmsghdr *h = (void *)b; NLMSG_OK(h, (unsigned)n); h = NLMSG_NEXT(h, n)) {
      printf("  type %d flags %x sequence %d", h->nlmsg_type, h->nlmsg_flags, h->nlmsg_seq == sequence);
      if (h->nlmsg_type == NLMSG_ERROR) printf(" error %s\n", ((struct nlmsgerr *)NLMSG_DATA(h))->error ? strerrorname_np(-((struct nlmsgerr *)NLMSG_DATA(h))->error) : "0");
      else if (h->nlmsg_type == RTM_NEWLINK) {
        struct ifinfomsg *i = NLMSG_DATA(h);
        printf(" link %d type %d flags %x", i->ifi_index, i->ifi_type, i->ifi_flags);
        attributes(IFLA_RTA(i), IFLA_PAYLOAD(h), link);
      } else if (h->nlmsg_type == RTM_NEWADDR) {
        struct ifaddrmsg *i = NLMSG_DATA(h);
        printf(" address family %d prefix %d flags %x scope %d of %d", i->ifa_family, i->ifa_prefixlen, i->ifa_flags, i->ifa_scope, i->ifa_index);
        attributes(IFA_RTA(i), IFA_PAYLOAD(h), address);
      } else if (h->nlmsg_type == RTM_NEWROUTE) {
        struct rtmsg *r = NLMSG_DATA(h);
        printf(" route family %d to /%d table %d protocol %d scope %d type %d", r->rtm_family, r->rtm_dst_len, r->rtm_table, r->rtm_protocol, r->rtm_scope, r->rtm_type);
        attributes(RTM_RTA(r), RTM_PAYLOAD(h), route);
      } else printf("\n");
    }
  }
}

static void nobody(void) {
  if (setuid(65534)) return;
  struct ifinfomsg up = {.ifi_index = 1, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  s = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  CALL(request(RTM_SETLINK, NLM_F_ACK, &up, sizeof up) > 0);
  answers();
}

int main(void) {
  if (unshare(CLONE_NEWNET)) return 1;
  CALL(socket(AF_NETLINK, SOCK_STREAM, NETLINK_ROUTE));
  CALL(socket(AF_NETLINK, SOCK_RAW, -1));
  s = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  struct sockaddr_nl a = {.nl_family = AF_NETLINK}, me;
  socklen_t n = sizeof me;
  CALL(bind(s, (void *)&a, 4));
  a.nl_family = AF_INET;
  CALL(bind(s, (void *)&a, sizeof a));
  a.nl_family = AF_NETLINK;
  CALL(bind(s, (void *)&a, sizeof a));
  CALL(getsockname(s, (void *)&me, &n));
  CALL(me.nl_pid == (unsigned)getpid());
  CALL(n);
  int second = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);
  CALL(bind(second, (void *)&a, sizeof a));
  CALL(getsockname(second, (void *)&me, &n));
  CALL(me.nl_pid != (unsigned)getpid() && me.nl_pid != 0);
  me.nl_pid = getpid();
  int third = socket(AF_NETLINK, SOCK_DGRAM, NETLINK_ROUTE);
  CALL(bind(third, (void *)&me, sizeof me));
  char x[20];
  CALL(recv(s, x, 10, MSG_DONTWAIT));
  CALL(send(s, x, 10, MSG_OOB));
  show_poll("nothing", s);

  struct ifinfomsg link = {0}, up = {.ifi_index = 1, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  printf("links\n");
  CALL(request(RTM_GETLINK, NLM_F_DUMP, &link, sizeof link) > 0);
  show_poll("asked", s);
  CALL(recv(s, x, 0, MSG_PEEK | MSG_TRUNC) > 100);
  answers();
  CALL(request(RTM_SETLINK, NLM_F_ACK, &up, sizeof up) > 0);
  answers();
  link.ifi_index = 1;
  CALL(request(RTM_GETLINK, 0, &link, sizeof link) > 0);
  answers();
  link.ifi_index = 77;
  CALL(request(RTM_GETLINK, 0, &link, sizeof link) > 0);
  answers();
  CALL(request(RTM_GETLINK, 0, &link, 4) > 0);
  answers();
  printf("addresses\n");
  struct ifaddrmsg any = {0};
  CALL(request(RTM_GETADDR, NLM_F_DUMP, &any, sizeof any) > 0);
  answers();
  any.ifa_family = AF_INET6;
  CALL(request(RTM_GETADDR, NLM_F_DUMP, &any, sizeof any) > 0);
  answers();
  struct {
    struct ifaddrmsg m;
    struct rtattr a;
    unsigned char address[4];
  } add = {{AF_INET, 24, 0, 0, 1}, {8, IFA_LOCAL}, {10, 1, 2, 3}};
  CALL(request(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &add, sizeof add) > 0);
  answers();
  CALL(request(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &add, sizeof add) > 0);
  answers();
  int t = socket(AF_INET, SOCK_STREAM, 0);
  CALL(BIND(t, "10.1.2.3", 80));
  CALL(request(RTM_DELADDR, NLM_F_ACK, &add, sizeof add) > 0);
  answers();
  CALL(request(RTM_DELADDR, NLM_F_ACK, &add, sizeof add) > 0);
  answers();
  struct ifaddrs *list;
  CALL(getifaddrs(&list));
  for (struct ifaddrs *i = list; i; i = i->ifa_next)
    if (i->ifa_addr) printf("%s %d flags %x\n", i->ifa_name, i->ifa_addr->sa_family, i->ifa_flags);
  CALL(if_nametoindex("lo"));
  CALL(request(200, NLM_F_ACK, &any, sizeof any) > 0);
  answers();
  CALL(request(NLMSG_NOOP, NLM_F_ACK, &any, sizeof any) > 0);
  answers();
  run("nobody", nobody);
  return 0;
}
