/* /proc/self/maps: names, permissions, and lines for what is mapped here. */
#include "proc.h"

static void show_line(const void *addr) {
  char *text = slurp("/proc/self/maps");
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
    unsigned long start, end, off, ino;
    char prot[5], name[200] = "";
    unsigned major, minor;
    sscanf(line, "%lx-%lx %4s %lx %x:%x %lu %199[^\n]", &start, &end, prot, &off, &major, &minor, &ino, name);
    if ((unsigned long)addr < start || (unsigned long)addr >= end) continue;
    char *base = strrchr(name, '/');
    printf("%s off %lx %s%s\n", prot, off, ino ? "file " : "", base ? base + 1 : name);
    return;
  }
  printf("not mapped\n");
}

int main(void) {
  put("file", "text");
  int fd = open("file", O_RDWR);
  char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  char *private = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, fd, 4096);
  char *none = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  int local;
  show_line(shared);
  show_line(private);
  show_line(none);
  show_line(&local);
  show_line(sbrk(0) - 1);
  unlink("file");
  show_line(shared);
  munmap(shared, 4096);
  show_line(shared);
  CALL(strstr(slurp("/proc/self/maps"), "[stack]") != NULL);
  return 0;
}
