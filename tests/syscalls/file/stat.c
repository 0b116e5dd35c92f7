/* stat(2), fstatat(2), statx(2), chmod(2), utimensat(2), umask(2). */
#include "../check.h"

static void times(const char *name) {
  struct stat st;
  lstat(name, &st);
  printf("%s: %ld.%09ld %ld.%09ld\n", name, st.st_atim.tv_sec, st.st_atim.tv_nsec,
         st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

int main(void) {
  struct stat st;
  struct statx sx;
  put("file", "hello");
  if (symlink("file", "link")) return 1;
  CALL(stat("link", &st));
  printf("%o %ld %ld\n", st.st_mode, (long)st.st_size, (long)st.st_nlink);
  CALL(fstatat(AT_FDCWD, "link", &st, AT_SYMLINK_NOFOLLOW));
  printf("%o %ld\n", st.st_mode, (long)st.st_size);
  CALL(fstatat(AT_FDCWD, "", &st, 0));
  CALL(fstatat(open("file", O_RDONLY), "", &st, AT_EMPTY_PATH));
  CALL(fstatat(AT_FDCWD, "file", &st, 0x8));
  CALL(syscall(SYS_stat, "file", BAD));
  CALL(fstat(NO_FD, &st));
  CALL(statx(AT_FDCWD, "file", 0, STATX_BASIC_STATS, &sx));
  printf("%o %ld %d\n", sx.stx_mode, (long)sx.stx_size, (sx.stx_mask & STATX_BASIC_STATS) == STATX_BASIC_STATS);
  CALL(statx(AT_FDCWD, "file", 0, 0x80000000, &sx));
  CALL(statx(AT_FDCWD, "file", AT_STATX_FORCE_SYNC | AT_STATX_DONT_SYNC, 0, &sx));
  CALL(chmod("file", 07777));
  stat("file", &st);
  printf("%o\n", st.st_mode);
  CALL(write(open("file", O_WRONLY), "x", 1));
  CALL(chmod("missing", 0));
  CALL(fchmodat(AT_FDCWD, "link", 0600, 0));
  stat("file", &st);
  printf("%o\n", st.st_mode);
  CALL(umask(077));
  close(open("private", O_CREAT | O_WRONLY, 0666));
  stat("private", &st);
  printf("%o\n", st.st_mode);
  CALL(umask(022));
  struct timespec t[2] = {{1000, 5}, {2000, 6}};
  CALL(utimensat(AT_FDCWD, "file", t, 0));
  times("file");
  t[0].tv_nsec = UTIME_OMIT;
  t[1] = (struct timespec){3000, 7};
  CALL(utimensat(AT_FDCWD, "file", t, 0));
  times("file");
  t[0].tv_nsec = 1000000000;
  CALL(utimensat(AT_FDCWD, "file", t, 0));
  t[0] = (struct timespec){-5, 1};
  CALL(utimensat(AT_FDCWD, "link", t, AT_SYMLINK_NOFOLLOW));
  times("link");
  CALL(utimensat(AT_FDCWD, "missing", t, 0));
  CALL(truncate("file", 100));
  CALL(truncate("file", -1));
  CALL(truncate(".", 1));
  CALL(ftruncate(open("file", O_RDONLY), 1));
  CALL(access("file", R_OK | W_OK));
  CALL(access("private", X_OK));
  CALL(access("file", 99));
  CALL(faccessat(AT_FDCWD, "link", F_OK, AT_SYMLINK_NOFOLLOW));
  return 0;
}
