/* Buffers of which only the beginning can be read or written: what moves, what stays, and what is told first. */
#include "../check.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* `size` bytes that can be used, and nothing behind them. */
static char *edge(size_t size) {
  char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(pages, 'e', 2 * 4096);
  munmap(pages + 2 * 4096, 4096);
  return pages + 2 * 4096 - size;
}

static char page[8192];

static void pipes(void) {
  int fds[2];
  pipe2(fds, O_NONBLOCK);
  CALL(write(fds[1], edge(100), 200));
  CALL(write(fds[1], edge(5000), 6000));
  CALL(write(fds[1], edge(100), 4097));
  CALL(read(fds[0], page, 4096));
  CALL(write(fds[1], page, 8));
  CALL(write(fds[1], edge(0), 4097));
  CALL(write(fds[1], edge(77), 4097));
  CALL(write(fds[1], edge(4000), 4098));
  CALL(read(fds[0], edge(4), 100));
  CALL(read(fds[0], page, 100));
  CALL(write(fds[1], page, 100));
  CALL(write(fds[1], page, 4096));
  CALL(read(fds[0], edge(4150), 8192));
  struct iovec vector[2] = {{page, 10}, {edge(0), 5000}};
  CALL(readv(fds[0], vector, 2));
  CALL(writev(fds[1], vector, 2));
  vector[1] = (struct iovec){edge(4), 4096};
  CALL(writev(fds[1], vector, 2));
  CALL(vmsplice(fds[0], vector, 2, 0));
  vector[0] = (struct iovec){edge(4), 5};
  CALL(vmsplice(fds[0], vector, 1, 0));
  CALL(read(fds[0], page, sizeof page));
  /* One that stands alone is cut before its range is looked at. */
  CALL(write(fds[1], page, 20));
  vector[0] = (struct iovec){page, (size_t)1 << 62};
  CALL(readv(fds[0], vector, 1));
  CALL(readv(fds[0], vector, 2));
  vector[0].iov_len = 0;
  CALL(readv(fds[0], vector, 1));
}

static void streams(int type) {
  int fds[2];
  socketpair(AF_UNIX, type | SOCK_NONBLOCK, 0, fds);
  CALL(read(fds[0], BAD, 8));
  CALL(recv(fds[0], BAD, 8, 0));
  CALL(write(fds[1], edge(4), 8));
  CALL(send(fds[1], edge(4), 8, 0));
  CALL(send(fds[1], edge(4), 1 << 20, 0));
  CALL(send(fds[1], "one", 3, 0));
  CALL(send(fds[1], "second", 6, 0));
  CALL(recv(fds[0], edge(2), 9, MSG_PEEK));
  CALL(recv(fds[0], edge(2), 3, 0));
  CALL(recv(fds[0], edge(4), 20, 0));
  struct iovec vector[2] = {{page, 2}, {edge(1), 30}};
  struct msghdr message = {.msg_iov = vector, .msg_iovlen = 2};
  CALL(recvmsg(fds[0], &message, 0));
  CALL(sendmsg(fds[1], &message, 0));
  CALL(writev(fds[1], vector, 2));
  CALL(recv(fds[0], page, sizeof page, 0));
  shutdown(fds[1], SHUT_WR);
  CALL(write(fds[1], BAD, 8));
  CALL(read(fds[0], BAD, 8));
  close(fds[0]);
  CALL(send(fds[1], BAD, 8, MSG_NOSIGNAL));
}

int main(void) {
  uint64_t value = 1;
  signal(SIGPIPE, SIG_IGN);
  pipes();
  puts("stream");
  streams(SOCK_STREAM);
  puts("datagram");
  streams(SOCK_DGRAM);
  puts("packet");
  streams(SOCK_SEQPACKET);

  puts("eventfd");
  int counter = eventfd(0, EFD_NONBLOCK);
  CALL(write(counter, edge(4), 16));
  CALL(write(counter, edge(4), 8));
  struct iovec apart[2] = {{&value, 0}, {&value, 8}};
  CALL(writev(counter, apart, 2));
  CALL(writev(counter, apart + 1, 1));
  CALL(read(counter, edge(4), 8));

  puts("directory");
  int dir = open(".", O_RDONLY);
  CALL(read(dir, BAD, 8));
  CALL(pread(dir, BAD, 8, 5));
  CALL(preadv2(dir, apart + 1, 1, 0, RWF_APPEND));
  CALL(syscall(SYS_getdents64, dir, BAD, 10));
  CALL(syscall(SYS_getdents64, dir, BAD, 100));
  CALL(syscall(SYS_getdents64, dir, edge(30), 100));
  while (syscall(SYS_getdents64, dir, page, sizeof page) > 0) {
  }
  CALL(syscall(SYS_getdents64, dir, BAD, 10));
  CALL(syscall(SYS_getdents64, dir, page, -1));

  puts("file");
  int file = open("file", O_RDWR | O_CREAT, 0600);
  CALL(write(file, edge(10), 20));
  CALL(pread(file, BAD, 8, 5));
  CALL(pread(file, BAD, 8, 10));
  CALL(preadv2(file, apart, 1, 0, -1));
  CALL(preadv2(file, apart + 1, 1, 0, 0x1000));
  return 0;
}
