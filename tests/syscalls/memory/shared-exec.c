/* Mappings and locks across execve(2): none is left, and the file has what was written. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

static long kib(const char *name) {
  FILE *f = fopen("/proc/self/status", "re");
  char line[300];
  long value = -1;
  while (fgets(line, sizeof line, f))
    if (strncmp(line, name, strlen(name)) == 0) value = atol(line + strlen(name) + 1);
  fclose(f);
  return value;
}

int main(int argc, char **argv) {
  char buffer[16] = "";
  if (argc > 1) {
    int fd = atoi(argv[1]);
    CALL(pread(fd, buffer, 8, 0));
    printf("%s, locked %ld\n", buffer, kib("VmLck"));
    unsigned char vec;
    CALL(mincore((void *)strtoul(argv[2], NULL, 16), P, &vec));
    char *p = mmap(NULL, P, RW, MAP_SHARED, fd, 0);
    printf("%s\n", p);
    return 0;
  }
  int fd = memfd_create("x", 0);
  CALL(ftruncate(fd, P));
  CALL(mlockall(MCL_FUTURE));
  char *p = mmap((void *)0x30000000, P, RW, MAP_SHARED | MAP_FIXED, fd, 0);
  strcpy(p, "written");
  printf("locked %ld\n", kib("VmLck"));
  char number[16];
  snprintf(number, sizeof number, "%d", fd);
  execl("/proc/self/exe", "self", number, "30000000", NULL);
  return 1;
}
