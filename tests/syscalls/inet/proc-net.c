/* /proc/net: which sockets there are, in which state. */
#include "inet.h"

static int compare(const void *a, const void *b) { return strcmp(a, b); }

/* Lines in order: Linux's is that of a hash. */
static void show(const char *name) {
  static char lines[20][240];
  int count = 0;
  char path[40], line[400], local[80], peer[80];
  snprintf(path, sizeof path, "/proc/net/%s", name);
  FILE *f = fopen(path, "r");
  if (!f) {
    printf("%s: %s\n", path, strerrorname_np(errno));
    return;
  }
  printf("%s\n", path);
  fgets(line, sizeof line, f);
  printf("head %.40s\n", line);
  while (fgets(line, sizeof line, f)) {
    unsigned state, tx, rx, uid;
    unsigned long inode;
    int nr;
    if (sscanf(line, "%d: %79s %79s %x %x:%x %*x:%*x %*x %u %*d %lu", &nr, local, peer, &state, &tx, &rx, &uid, &inode) != 8) continue;
    /* Ports that were chosen by chance are left out. */
    if (strtoul(strchr(local, ':') + 1, NULL, 16) >= 32768) strcpy(strchr(local, ':'), ":*");
    if (strtoul(strchr(peer, ':') + 1, NULL, 16) >= 32768) strcpy(strchr(peer, ':'), ":*");
    snprintf(lines[count++], 240, "%s %s state %x uid %u%s%s length %zu\n", local, peer, state, uid, inode ? " inode" : "", rx ? " unread" : "", strlen(line) > 100 ? (size_t)1 : 0);
  }
  fclose(f);
  qsort(lines, count, sizeof *lines, compare);
  for (int i = 0; i < count; i++) fputs(lines[i], stdout);
}

static void whole(const char *path) {
  char line[400];
  FILE *f = fopen(path, "r");
  printf("%s\n", path);
  while (f && fgets(line, sizeof line, f)) fputs(line, stdout);
  if (f) fclose(f);
}

int main(void) {
  fresh();
  int l = listener("127.0.0.1", 8000), l6 = listener("::", 8001);
  show("tcp");
  show("tcp6");
  int c = socket(AF_INET, SOCK_STREAM, 0);
  CONNECT(c, "127.0.0.1", 8000);
  int e = accept(l, NULL, NULL);
  write(c, "abc", 3);
  int u = socket(AF_INET, SOCK_DGRAM, 0), u6 = socket(AF_INET6, SOCK_DGRAM, 0), lone = socket(AF_INET, SOCK_DGRAM, 0);
  BIND(u, "127.0.0.1", 8002);
  BIND(u6, "::1", 8003);
  close(l6);
  close(l);
  show("tcp");
  show("tcp6");
  show("udp");
  show("udp6");
  CONNECT(u, "127.0.0.1", 8004);
  show("udp");
  close(e);
  close(c);
  close(lone);
  show("tcp");
  whole("/proc/net/if_inet6");
  whole("/proc/net/route");
  return 0;
}
