/* utimensat(2), utimes(2), utime(2), futimesat(2): values, "now" and "omit", who may. */
#include "../files.h"
#include <sys/time.h>
#include <utime.h>

static void times(const char *what) {
  struct stat st;
  lstat("f", &st);
  printf("%s:", what);
  struct timespec *t[] = {&st.st_atim, &st.st_mtim};
  for (int i = 0; i < 2; i++) {
    if (t[i]->tv_sec > 1000000000) printf(" now");
    else printf(" %ld.%09ld", t[i]->tv_sec, t[i]->tv_nsec);
  }
  printf("\n");
}
static int set(long as, long an, long ms, long mn) {
  struct timespec t[2] = {{as, an}, {ms, mn}};
  return utimensat(AT_FDCWD, "f", t, 0);
}

static void tries(void) {
  CALL(utimensat(AT_FDCWD, "f", NULL, 0));
  CALL(set(0, UTIME_NOW, 0, UTIME_NOW));
  CALL(set(0, UTIME_OMIT, 0, UTIME_OMIT));
  CALL(set(0, UTIME_NOW, 0, UTIME_OMIT));
  CALL(set(5, 0, 6, 0));
}
static void user(void) { become(1000, 1000); tries(); }
static void owner(void) { become(2000, 2000); tries(); }
static void fowner(void) { become_with(1000, 1000, CAP(FOWNER)); tries(); }
static void override(void) { become_with(1000, 1000, CAP(DAC_OVERRIDE)); tries(); }

int main(void) {
  chmod(".", 0755);
  put("f", "x");
  CALL(set(1, 2, 3, 4));
  times("set");
  CALL(set(99, UTIME_OMIT, 5, 6));
  times("mtime only");
  CALL(set(7, 8, 99, UTIME_OMIT));
  times("atime only");
  CALL(set(99, UTIME_NOW, 9, 10));
  times("atime now");
  CALL(set(99, UTIME_OMIT, 99, UTIME_OMIT));
  CALL(set(0, 0, 0, 0));
  times("zero");
  CALL(set(-1, 0, -100, 999999999));
  times("before the epoch");
  CALL(set(1, 1000000000, 1, 0));
  CALL(set(1, -1, 1, 0));
  CALL(set(1, 0, 1, 1073741824));
  CALL(utimensat(AT_FDCWD, "gone", NULL, 0));
  CALL(utimensat(AT_FDCWD, "", NULL, 0));
  CALL(utimensat(AT_FDCWD, "f", BAD, 0));
  CALL(utimensat(AT_FDCWD, "f", NULL, 0x8000));
  CALL(syscall(SYS_utimensat, AT_FDCWD, NULL, NULL, 0));
  int fd = open("f", O_RDONLY);
  CALL(syscall(SYS_utimensat, fd, NULL, NULL, 0));
  CALL(syscall(SYS_utimensat, fd, NULL, NULL, AT_SYMLINK_NOFOLLOW));
  CALL(syscall(SYS_utimensat, NO_FD, NULL, NULL, 0));
  CALL(syscall(SYS_utimensat, open("f", O_PATH), "", NULL, AT_EMPTY_PATH));
  CALL(syscall(SYS_utimensat, open("f", O_PATH), NULL, NULL, 0));
  struct timeval v[2] = {{11, 12}, {13, 14}};
  CALL(utimes("f", v));
  times("utimes");
  v[0].tv_usec = 1000000;
  CALL(syscall(SYS_utimes, "f", v));
  v[0].tv_usec = -1;
  CALL(syscall(SYS_utimes, "f", v));
  v[0].tv_usec = 1;
  CALL(syscall(SYS_futimesat, AT_FDCWD, "f", v));
  CALL(syscall(SYS_futimesat, fd, NULL, v));
  CALL(syscall(SYS_futimesat, AT_FDCWD, NULL, v));
  struct utimbuf u = {15, 16};
  CALL(syscall(SYS_utime, "f", &u));
  times("utime");
  CALL(syscall(SYS_utime, "f", BAD));
  CALL(syscall(SYS_utime, "f", NULL));
  times("utime now");
  chown("f", 2000, 2000);
  run("user", user);
  chmod("f", 0666);
  run("user who may write", user);
  chmod("f", 0400);
  run("owner", owner);
  run("CAP_FOWNER", fowner);
  run("CAP_DAC_OVERRIDE", override);
  return 0;
}
