/* A file that is sent to its own end grows for as long as nobody stops it: a signal does. */
#include "../check.h"
#include <sys/sendfile.h>
#include <sys/time.h>

static volatile int signals;
static void count(int signo) { (void)signo, signals++; }

int main(void) {
  static char bytes[60000];
  signal(SIGALRM, count);
  put("file", "");
  int in = open("file", O_RDONLY), out = open("file", O_RDWR);
  CALL(write(out, bytes, 100));
  struct itimerval soon = {{0, 0}, {0, 50000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  long n = sendfile(out, in, NULL, 0x7fffffff);
  printf("%d %d\n", n > 100 && n < 0x7ffff000, signals);
  struct stat st;
  fstat(out, &st);
  printf("%d %d %d\n", st.st_size == 100 + n, lseek(in, 0, SEEK_CUR) == n, lseek(out, 0, SEEK_CUR) == 100 + n);
  /* Long ones are whole. */
  CALL(ftruncate(out, 0));
  CALL(ftruncate(out, 40 << 20));
  CALL(pwrite(out, "end", 3, (40 << 20) - 3));
  int other = open("other", O_RDWR | O_CREAT, 0600);
  CALL(lseek(in, 0, SEEK_SET));
  CALL(sendfile(other, in, NULL, 50 << 20));
  CALL(lseek(in, 0, SEEK_CUR));
  off_t a = 5, b = 7;
  CALL(ftruncate(other, 0));
  CALL(copy_file_range(in, &a, other, &b, 50 << 20, 0));
  printf("%ld %ld\n", (long)a, (long)b);
  char end[4] = "";
  CALL(pread(other, end, 3, b - 3));
  puts(end);
  /* Behind itself: what is there when it begins. */
  a = 0, b = 40 << 20;
  CALL(copy_file_range(out, &a, out, &b, 100 << 20, 0));
  CALL(lseek(out, 0, SEEK_END));
  return 0;
}
