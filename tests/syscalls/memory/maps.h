/* Prints the mappings of [from, from + pages) of this process as /proc/self/maps shows them, in pages from `from`. */
#ifndef MAPS_H
#define MAPS_H
#include <stdio.h>
#include <string.h>

static inline void show_maps(const char *title, const char *from, long pages) {
  FILE *maps = fopen("/proc/self/maps", "re");
  char line[512];
  printf("%s:\n", title);
  while (fgets(line, sizeof line, maps) != NULL) {
    unsigned long start, end, off;
    char perms[5], dev[16], name[256] = "";
    unsigned long ino;
    if (sscanf(line, "%lx-%lx %4s %lx %15s %lu %255[^\n]", &start, &end, perms, &off, dev, &ino, name) < 6) continue;
    long first = ((long)start - (long)from) / 4096, last = ((long)end - (long)from) / 4096;
    if (last <= 0 || first >= pages) continue;
    const char *base = strrchr(name, '/');
    /* The outermost may have grown together with a neighbour that is none of ours. */
    if (first < 0) first = 0;
    if (last > pages) last = pages;
    printf("  %ld-%ld %s %lx %s\n", first, last, perms, ino == 0 ? 0 : off, base != NULL ? base + 1 : name);
  }
  fclose(maps);
}
#endif
