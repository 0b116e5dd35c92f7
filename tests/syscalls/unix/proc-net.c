/* /proc/net/unix: bound and listening sockets. */
#include "unix.h"

static void show(const char *name) {
  char line[300], path[120];
  int states[4] = {0}, listening = 0;
  FILE *f = fopen("/proc/net/unix", "r");
  while (fgets(line, sizeof line, f)) {
    unsigned refs, protocol, flags, type, state;
    unsigned long inode;
    path[0] = 0;
    if (sscanf(line, "%*x: %x %x %x %x %x %lu %100s", &refs, &protocol, &flags, &type, &state, &inode, path) >= 6) {
      if (strcmp(path, name)) continue;
      states[state & 3]++;
      listening += flags == 0x10000;
    } else if (strcmp(name, "head") == 0) {
      fputs(line, stdout);
    }
  }
  fclose(f);
  printf("%s: unconnected %d connecting %d connected %d listening %d\n", name, states[1], states[2], states[3], listening);
}

int main(void) {
  int l = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0), d = socket(AF_UNIX, SOCK_DGRAM, 0);
  char path[60];
  show("head");
  snprintf(path, sizeof path, "kernelet-proc-net");
  bind_to(l, path);
  show(path);
  listen(l, 5);
  show(path);
  connect_to(c, path);
  show(path);
  int s = accept(l, NULL, NULL);
  close(l);
  show(path);
  close(s);
  show(path);
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  memcpy(a.sun_path, "\0kernelet-abstract", 18);
  bind(d, (struct sockaddr *)&a, 2 + 18);
  show("@kernelet-abstract");
  return 0;
}
