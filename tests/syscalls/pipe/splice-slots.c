/* What splice(2) puts into a pipe takes a slot for each page, and nothing is added to it. */
#include "../check.h"
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

static int p[2];
static char bytes[100000];

static void fresh(int size) {
  if (p[0]) close(p[0]), close(p[1]);
  if (pipe2(p, O_NONBLOCK)) exit(1);
  fcntl(p[1], F_SETPIPE_SZ, size);
}
static void show(void) {
  int n;
  ioctl(p[0], FIONREAD, &n);
  printf("%d inside\n", n);
}

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  for (int i = 0; i < (int)sizeof bytes; i++) bytes[i] = i * 7;
  CALL(write(fd, bytes, sizeof bytes));
  loff_t off = 0;
  fresh(8192);
  CALL(splice(fd, &off, p[1], NULL, 10, 0));
  CALL(splice(fd, &off, p[1], NULL, 10, 0));
  CALL(splice(fd, &off, p[1], NULL, 10, 0));
  CALL(write(p[1], bytes, 1));
  CALL(off);
  show();
  fresh(8192);
  off = 4090;
  CALL(splice(fd, &off, p[1], NULL, 10, 0));
  CALL(write(p[1], bytes, 1));
  show();
  CALL(read(p[0], bytes, 100));
  fresh(65536);
  off = 100;
  CALL(splice(fd, &off, p[1], NULL, 100000, 0));
  CALL(off);
  fresh(65536);
  off = 0;
  CALL(splice(fd, &off, p[1], NULL, 100000, 0));
  off = 0;
  fresh(65536);
  CALL(sendfile(p[1], fd, &off, 100000));
  CALL(off);
  CALL(sendfile(p[1], fd, &off, 1));
  fresh(16384);
  static char page[3 * 4096] __attribute__((aligned(4096)));
  struct iovec vectors[3] = {{page + 4090, 10}, {page, 1}, {page, 5000}};
  CALL(vmsplice(p[1], vectors, 3, SPLICE_F_GIFT));
  show();
  int q[2];
  if (pipe2(q, O_NONBLOCK)) return 1;
  CALL(tee(p[0], q[1], 8, 0));
  CALL(tee(p[0], q[1], 1 << 30, 0));
  CALL(read(q[0], bytes, 100000));
  CALL(splice(p[0], NULL, q[1], NULL, 8, 0));
  CALL(splice(p[0], NULL, q[1], NULL, 100000, 0));
  show();
  CALL(read(q[0], bytes, 100000));
  /* A slot that moved may still be written to. */
  CALL(write(p[1], "abc", 3));
  CALL(splice(p[0], NULL, q[1], NULL, 3, 0));
  CALL(fcntl(q[1], F_SETPIPE_SZ, 4096));
  CALL(write(q[1], "def", 3));
  return 0;
}
