/* Which of two errors counts, and what is stored after one: paths, offsets, options. */
#include "../check.h"
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>

static void unprivileged(void) {
  CALL(chroot("root"));
  CALL(chdir("/"));
  CALL(chmod("/", 0644));
  CALL(setresuid(7, 7, 7));
  CALL(unlinkat(AT_FDCWD, "/", AT_REMOVEDIR));
  CALL(unlinkat(AT_FDCWD, "/", 0));
  CALL(mkdir("/", 0755));
  CALL(rename("/", "/x"));
  CALL(rmdir("/x"));
}

int main(void) {
  put("f", "0123456789");
  int fd = open("f", O_RDONLY), pipes[2];
  CALL(pipe(pipes));
  off_t *off = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  *off = 100;
  mprotect(off, 4096, PROT_READ);
  CALL(sendfile(pipes[1], fd, off, 4));
  int sock = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(sendfile(sock, fd, off, 4));
  /* An int can be read there, and no more. */
  char *end = (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 4096;
  munmap(end, 4096);
  for (int len = 3; len <= 16; len++) {
    printf("%d ", len);
    CALL(setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, end - 4, len));
  }
  CALL(setsockopt(sock, SOL_SOCKET, SO_LINGER, end - 4, 4));
  CALL(setsockopt(sock, SOL_SOCKET, SO_LINGER, end - 4, 8));
  CALL(setsockopt(sock, SOL_SOCKET, SO_LINGER, end - 3, 4));
  CALL(fchownat(AT_FDCWD, NULL, 0, 0, AT_EMPTY_PATH));
  CALL(fchownat(NO_FD, NULL, 0, 0, AT_EMPTY_PATH));
  CALL(fchownat(NO_FD, "", 0, 0, AT_EMPTY_PATH));
  mkdir("root", 0755);
  run("in a root that cannot be searched", unprivileged);
  return 0;
}
