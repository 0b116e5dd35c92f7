/* F_NOTIFY: a signal for a change in a directory. */
#include "../check.h"

static void collect(const char *when, int fd) {
  sigset_t set;
  siginfo_t info;
  struct timespec now = {0};
  sigemptyset(&set);
  sigaddset(&set, SIGIO);
  sigaddset(&set, SIGRTMIN);
  printf("%s:", when);
  while (sigtimedwait(&set, &info, &now) > 0) {
    printf(" %s", info.si_signo == SIGRTMIN ? "RTMIN" : "IO");
    if (info.si_code != SI_KERNEL)
      printf("(code %d band %lx fd %d)", info.si_code, info.si_band, info.si_fd - fd);
  }
  printf("\n");
}

int main(void) {
  sigset_t all;
  char byte;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  mkdir("d", 0755);
  mkdir("e", 0755);
  put("f", "text");
  put("d/a", "text");
  int file = open("f", O_RDWR);
  CALL(fcntl(file, F_NOTIFY, DN_CREATE));
  CALL(fcntl(file, F_NOTIFY, 0));
  CALL(fcntl(file, F_NOTIFY, DN_MULTISHOT));
  CALL(fcntl(NO_FD, F_NOTIFY, DN_CREATE));

  int d = open("d", O_RDONLY | O_DIRECTORY);
  CALL(fcntl(d, F_NOTIFY, DN_CREATE));
  printf("owner is me: %d\n", fcntl(d, F_GETOWN) == getpid());
  put("d/b", "");
  collect("created", d);
  put("d/c", "");
  collect("created again: the watch was for once", d);

  CALL(fcntl(d, F_SETSIG, SIGRTMIN));
  CALL(fcntl(d, F_NOTIFY, DN_CREATE | DN_DELETE | DN_MULTISHOT));
  put("d/x", "");
  collect("create", d);
  CALL(unlink("d/x"));
  collect("delete", d);
  CALL(mkdir("d/x", 0755));
  collect("mkdir", d);
  CALL(rmdir("d/x"));
  collect("rmdir", d);
  CALL(link("d/a", "d/x"));
  collect("link", d);
  CALL(symlink("a", "d/y"));
  collect("symlink", d);
  CALL(rename("d/x", "d/y"));
  collect("rename within", d);
  CALL(rename("d/a", "e/a"));
  collect("rename out", d);
  CALL(rename("e/a", "d/a"));
  collect("rename in", d);
  CALL(chmod("d/a", 0600));
  collect("chmod is not asked for", d);
  CALL(fcntl(d, F_NOTIFY, 0));
  put("d/x", "");
  collect("stopped", d);

  CALL(fcntl(d, F_NOTIFY, DN_RENAME | DN_ATTRIB | DN_MULTISHOT));
  CALL(rename("d/x", "d/z"));
  collect("rename within", d);
  CALL(rename("d/z", "e/z"));
  collect("rename out", d);
  CALL(chmod("d/a", 0644));
  collect("chmod", d);
  CALL(chmod("d", 0700));
  collect("chmod of itself", d);
  CALL(fcntl(d, F_NOTIFY, 0));

  CALL(fcntl(d, F_NOTIFY, DN_ACCESS | DN_MULTISHOT));
  CALL(fcntl(d, F_NOTIFY, DN_MODIFY | DN_MULTISHOT));
  int a = open("d/a", O_RDWR);
  collect("open", d);
  CALL(read(a, &byte, 1));
  collect("read", d);
  CALL(write(a, "x", 1));
  collect("write", d);
  CALL(ftruncate(a, 0));
  collect("truncate", d);
  close(a);
  collect("close", d);

  int other = dup(d);
  close(other);
  a = open("d/a", O_RDWR);
  DONE(write(a, "x", 1));
  collect("after a duplicate was closed", d);
  close(a);
}
