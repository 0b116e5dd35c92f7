/* The same shared page at two addresses of one process, named twice in one call. */
#include "../check.h"
#include <sys/socket.h>
#include <sys/uio.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

int main(void) {
  int fd = memfd_create("page", 0), ends[2];
  CALL(ftruncate(fd, 2 * P));
  char *a = mmap(NULL, 2 * P, RW, MAP_SHARED, fd, 0), *b = mmap(NULL, 2 * P, RW, MAP_SHARED, fd, 0);
  put("data", "0123456789abcdefghij");
  int data = open("data", O_RDONLY);
  struct iovec both[] = {{a, 5}, {b + 5, 5}, {a + 10, 5}, {b + 15, 5}};
  CALL(readv(data, both, 4));
  printf("%.20s %.20s\n", a, b);
  a[0] = 'A';
  b[6] = 'B';
  int out = open("out", O_RDWR | O_CREAT, 0600);
  CALL(writev(out, both, 4));
  char buffer[32] = "";
  CALL(pread(out, buffer, 20, 0));
  printf("%s\n", buffer);
  if (pipe(ends)) return 1;
  CALL(writev(ends[1], both, 4));
  struct iovec swapped[] = {{b, 10}, {a + 10, 10}};
  memset(a, '.', 20);
  CALL(readv(ends[0], swapped, 2));
  printf("%.20s\n", a);
  /* From the file that is mapped into its own mapping, forth and back. */
  struct iovec self[] = {{a + 30, 4}, {b + 34, 4}};
  CALL(preadv(fd, self, 2, 0));
  printf("%.8s\n", b + 30);
  CALL(pwritev(fd, self, 2, 2 * P - 8));
  printf("%.8s\n", a + 2 * P - 8);
  CALL(pread(fd, a + 50, 10, 0));
  printf("%.10s\n", b + 50);
  CALL(pwrite(fd, b, 10, 64));
  printf("%.10s\n", a + 64);
  /* Over the border of two pages, both at two places. */
  memcpy(a + P - 4, "12345678", 8);
  struct iovec edge[] = {{b + P - 4, 4}, {a + P, 4}};
  CALL(writev(ends[1], edge, 2));
  memset(b + P - 4, 0, 8);
  struct iovec back[] = {{a + P - 4, 8}, {b + 100, 8}};
  CALL(readv(ends[0], back, 2));
  printf("%.8s\n", b + P - 4);
  /* Name and value of one call in the same page at two addresses. */
  int sv[2];
  CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
  *(socklen_t *)(a + 200) = 4;
  CALL(getsockopt(sv[0], SOL_SOCKET, SO_TYPE, b + 300, (void *)(a + 200)));
  printf("%d %d\n", *(int *)(a + 300), *(int *)(b + 200));
  return 0;
}
