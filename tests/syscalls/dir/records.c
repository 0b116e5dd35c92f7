/* The records of getdents64(2) and getdents(2): types, lengths, names of all sizes, small buffers. */
#include "../files.h"
#include <dirent.h>
#include <sys/socket.h>
#include <sys/un.h>

struct old { unsigned long ino, off; unsigned short reclen; char name[]; };

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void sorted(char **lines, int n) {
  qsort(lines, n, sizeof *lines, by_name);
  for (int i = 0; i < n; i++) puts(lines[i]);
}

int main(void) {
  static char buffer[65536], name[300];
  char *lines[400];
  int n = 0, fd, got;
  mkdir("d", 0755);
  if (chdir("d")) return 1;
  for (int len = 1; len <= 255; len += 23) {
    memset(name, 'a' + len % 26, len);
    name[len] = 0;
    put(name, "");
  }
  mkdir("dir", 0755);
  mkfifo("fifo", 0600);
  mknod("char", S_IFCHR | 0600, 0x103);
  mknod("block", S_IFBLK | 0600, 0x700);
  if (symlink("x", "link")) return 1;
  struct sockaddr_un address = {AF_UNIX, "socket"};
  if (bind(socket(AF_UNIX, SOCK_DGRAM, 0), (void *)&address, sizeof address)) return 1;
  fd = open(".", O_RDONLY);
  while ((got = syscall(SYS_getdents64, fd, buffer, sizeof buffer)) > 0)
    for (int at = 0; at < got;) {
      struct dirent64 *e = (void *)(buffer + at);
      struct stat st;
      if (lstat(e->d_name, &st)) perror(e->d_name);
      if (strcmp(e->d_name, "..") && st.st_ino != e->d_ino) printf("number of %s\n", e->d_name);
      char *text = malloc(400);
      snprintf(text, 400, "%.30s len %d rec %d type %d", e->d_name, (int)strlen(e->d_name), e->d_reclen, e->d_type);
      lines[n++] = text;
      at += e->d_reclen;
    }
  sorted(lines, n);
  n = 0;
  lseek(fd, 0, SEEK_SET);
  while ((got = syscall(SYS_getdents, fd, buffer, sizeof buffer)) > 0)
    for (int at = 0; at < got;) {
      struct old *e = (void *)(buffer + at);
      char *text = malloc(400);
      snprintf(text, 400, "%.30s rec %d type %d", e->name, e->reclen, buffer[at + e->reclen - 1]);
      lines[n++] = text;
      at += e->reclen;
    }
  sorted(lines, n);
  lseek(fd, 0, SEEK_SET);
  int calls = 0;
  while ((got = syscall(SYS_getdents64, fd, buffer, 280)) > 0) calls++;
  CALL(got);
  CALL(calls > 3);
  lseek(fd, 0, SEEK_SET);
  CALL(syscall(SYS_getdents64, fd, buffer, 23));
  CALL(syscall(SYS_getdents64, fd, buffer, 1));
  CALL(syscall(SYS_getdents64, fd, BAD, 1000));
  CALL(syscall(SYS_getdents64, NO_FD, buffer, 1000));
  CALL(syscall(SYS_getdents64, open(".", O_PATH), buffer, 1000));
  CALL(syscall(SYS_getdents64, open("fifo", O_RDWR), buffer, 1000));
  return 0;
}
