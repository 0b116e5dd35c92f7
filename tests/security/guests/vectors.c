/* The most and the largest buffers that a call takes. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define SHOW(x) (errno = 0, n = (x), printf("%s: %s\n", #x, n < 0 ? strerrorname_np(errno) : n > 0 ? "some" : "0"))

int main(void) {
  static struct iovec list[1024];
  static struct mmsghdr messages[1024];
  long n;
  char *huge = mmap(NULL, 1ul << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY), fds[2], pair[2];
  int file = open("/tmp/vectors", O_RDWR | O_CREAT, 0600);
  if (huge == MAP_FAILED || pipe2(fds, O_NONBLOCK) != 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) return 1;
  for (int i = 0; i < 1024; i++) {
    list[i] = (struct iovec){huge, 1ul << 30};
    messages[i].msg_hdr = (struct msghdr){.msg_iov = list, .msg_iovlen = 1024};
  }
  SHOW(writev(null, list, 1024));
  SHOW(writev(fds[1], list, 1024));
  SHOW(writev(pair[0], list, 1024));
  SHOW(vmsplice(fds[1], list, 1024, SPLICE_F_NONBLOCK));
  SHOW(readv(fds[0], list, 1024));
  SHOW(sendmmsg(pair[0], messages, 1024, MSG_DONTWAIT));
  SHOW(recvmmsg(pair[1], messages, 1024, MSG_DONTWAIT, NULL));
  for (int i = 0; i < 1024; i++) list[i].iov_len = SIZE_MAX / 2 - 4096;
  SHOW(writev(fds[1], list, 1024));
  for (int i = 0; i < 1024; i++) list[i].iov_len = 1;
  SHOW(process_vm_readv(getpid(), list, 1024, list, 1024, 0));
  SHOW(readv(zero, list, 1024));
  SHOW(pwritev(file, list, 1024, 0));
  SHOW(sendfile(fds[1], zero, NULL, 1ul << 40));
  SHOW(getrandom(huge, 1 << 24, 0));
  return 0;
}
