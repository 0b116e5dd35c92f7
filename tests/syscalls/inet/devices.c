/* A new network namespace: lo is down, and nothing is reachable; then ioctl(2) about interfaces. */
#include "inet.h"

static void show_flags(int s) {
  struct ifreq r = {.ifr_name = "lo"};
  if (CALL(ioctl(s, SIOCGIFFLAGS, &r)) == 0) printf("  flags %x\n", r.ifr_flags & 0xffff);
}

static void address(int s, const char *what, unsigned long request) {
  struct ifreq r = {.ifr_name = "lo"};
  printf("%s: ", what);
  errno = 0;
  if (ioctl(s, request, &r)) printf("%s\n", strerrorname_np(errno));
  else show_address("", &r.ifr_addr, 16);
}

static void nobody(void) {
  int s = socket(AF_INET, SOCK_DGRAM, 0);
  if (setuid(65534)) return;
  struct ifreq r = {.ifr_name = "lo"};
  CALL(ioctl(s, SIOCSIFFLAGS, &r));
  CALL(ioctl(s, SIOCSIFMTU, &r));
  CALL(ioctl(s, SIOCGIFMTU, &r));
}

int main(void) {
  if (unshare(CLONE_NEWNET)) return 1;
  int s = socket(AF_INET, SOCK_DGRAM, 0), t = socket(AF_INET, SOCK_STREAM, 0), s6 = socket(AF_INET6, SOCK_DGRAM, 0);
  show_flags(s);
  CALL(CONNECT(t, "127.0.0.1", 80));
  CALL(BIND(s6, "::1", 4000));
  CALL(CONNECT(s6, "::1", 4000));
  struct sockaddr_in to = v4("127.0.0.1", 4000);
  CALL(sendto(s, "x", 1, 0, (void *)&to, sizeof to));
  address(s, "address", SIOCGIFADDR);
  struct ifreq r = {.ifr_name = "lo"};
  r.ifr_flags = IFF_UP;
  CALL(ioctl(t, SIOCSIFFLAGS, &r));
  show_flags(t);
  address(s, "address", SIOCGIFADDR);
  address(s, "netmask", SIOCGIFNETMASK);
  address(s, "broadcast", SIOCGIFBRDADDR);
  address(s, "other side", SIOCGIFDSTADDR);
  CALL(ioctl(s, SIOCGIFMTU, &r));
  CALL(r.ifr_mtu);
  CALL(ioctl(s, SIOCGIFINDEX, &r));
  CALL(r.ifr_ifindex);
  CALL(ioctl(s, SIOCGIFHWADDR, &r));
  printf("%d %d\n", r.ifr_hwaddr.sa_family, r.ifr_hwaddr.sa_data[0]);
  CALL(ioctl(s, SIOCGIFMETRIC, &r));
  CALL(r.ifr_metric);
  CALL(ioctl(s, SIOCGIFTXQLEN, &r));
  CALL(r.ifr_qlen);
  memset(&r, 0, sizeof r);
  r.ifr_ifindex = 1;
  CALL(ioctl(s, SIOCGIFNAME, &r));
  printf("%s\n", r.ifr_name);
  r.ifr_ifindex = 77;
  CALL(ioctl(s, SIOCGIFNAME, &r));
  strcpy(r.ifr_name, "nosuch");
  CALL(ioctl(s, SIOCGIFFLAGS, &r));
  CALL(ioctl(s, SIOCSIFFLAGS, &r));
  CALL(ioctl(s, SIOCGIFFLAGS, BAD));
  CALL(ioctl(s, 0x8999, &r));
  struct ifreq list[4];
  struct ifconf c = {.ifc_len = sizeof list};
  c.ifc_req = list;
  CALL(ioctl(s, SIOCGIFCONF, &c));
  CALL(c.ifc_len);
  printf("%s ", list[0].ifr_name);
  show_address("", &list[0].ifr_addr, 16);
  c.ifc_req = NULL;
  CALL(ioctl(s, SIOCGIFCONF, &c));
  CALL(c.ifc_len);
  CALL(BIND(s, "127.0.0.1", 4000));
  CALL(BIND(s6, "::1", 4000));
  CALL(CONNECT(t, "127.0.0.1", 80));
  int u = socket(AF_UNIX, SOCK_STREAM, 0);
  show_flags(u);
  run("nobody", nobody);
  return 0;
}
