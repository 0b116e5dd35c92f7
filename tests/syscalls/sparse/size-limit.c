/* RLIMIT_FSIZE: short writes, EFBIG and SIGXFSZ. */
#include "../files.h"
#include <sys/resource.h>

static int caught;
static void handler(int signo) { caught = signo; }
static void signals(void) {
  printf("  %s\n", caught ? sigabbrev_np(caught) : "no signal");
  caught = 0;
}

static void dies(void) {
  struct rlimit limit = {10, 10};
  setrlimit(RLIMIT_FSIZE, &limit);
  signal(SIGXFSZ, SIG_DFL);
  CALL(pwrite(open("f", O_RDWR), "x", 1, 10));
}

int main(void) {
  struct rlimit limit = {100, RLIM_INFINITY};
  char bytes[200] = "";
  on_signal(SIGXFSZ, handler, 0);
  int fd = open("f", O_RDWR | O_CREAT, 0600);
  CALL(setrlimit(RLIMIT_FSIZE, &limit));
  CALL(write(fd, bytes, 60));
  CALL(write(fd, bytes, 60));
  signals();
  CALL(write(fd, bytes, 1));
  signals();
  CALL(write(fd, bytes, 0));
  signals();
  CALL(pwrite(fd, bytes, 1, 100));
  signals();
  CALL(pwrite(fd, bytes, 200, 90));
  signals();
  CALL(pwrite(fd, bytes, 0, 1000));
  signals();
  CALL(ftruncate(fd, 101));
  signals();
  /* A file that is larger already may shrink to anything. */
  limit.rlim_cur = RLIM_INFINITY;
  setrlimit(RLIMIT_FSIZE, &limit);
  CALL(ftruncate(fd, 5000));
  limit.rlim_cur = 100;
  setrlimit(RLIMIT_FSIZE, &limit);
  CALL(ftruncate(fd, 4000));
  CALL(ftruncate(fd, 4000));
  CALL(ftruncate(fd, 4001));
  signals();
  CALL(fallocate(fd, 0, 0, 4000));
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 5000));
  signals();
  CALL(truncate("f", 1000));
  signals();
  CALL(ftruncate(fd, 100));
  signals();
  CALL(fallocate(fd, 0, 50, 51));
  signals();
  CALL(fallocate(fd, 0, 50, 50));
  CALL(fallocate(fd, FALLOC_FL_KEEP_SIZE, 90, 20) >= -1);
  caught = 0;
  limit.rlim_cur = 50;
  CALL(setrlimit(RLIMIT_FSIZE, &limit));
  CALL(pwrite(fd, bytes, 10, 60));
  signals();
  CALL(pwrite(fd, bytes, 10, 45));
  signals();
  CALL(ftruncate(fd, 80)); /* Shrinking, but still above. */
  signals();
  CALL(ftruncate(fd, 20));
  signals();
  fd = open("f", O_WRONLY | O_APPEND);
  CALL(write(fd, bytes, 100));
  signals();
  CALL(write(fd, bytes, 100));
  signals();
  int ends[2];
  if (pipe(ends)) return 1;
  CALL(write(ends[1], bytes, 200)); /* Files only. */
  signals();
  CALL(write(open("/dev/null", O_WRONLY), bytes, 200));
  run("dies", dies);
  return 0;
}
