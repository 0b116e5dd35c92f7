/* Sockets that hold each other in flight, closed at once: nobody can ever reach them again. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int pass(int through, const int *fds, int count) {
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(4 * 253)];
  } control;
  char byte = 'x';
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_SPACE(4 * count)};
  memset(&control, 0, sizeof control);
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(4 * count);
  memcpy(CMSG_DATA(&control.header), fds, 4 * count);
  return sendmsg(through, &message, MSG_DONTWAIT);
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? 20000 : 2000, many[253], error = 0;
  (void)argv;
  for (int i = 0; i < rounds; i++) {
    int a[2], b[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, a) != 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, b) != 0) {
      perror("socketpair");
      return 1;
    }
    if (pass(a[0], &b[1], 1) < 0 || pass(b[0], &a[1], 1) < 0 || pass(a[0], &a[1], 1) < 0) error = errno;
    close(a[0]), close(a[1]), close(b[0]), close(b[1]);
  }
  printf("cycles: %s\n", error ? strerrorname_np(error) : "ok");
  int pair[2], chain[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) return 1;
  for (int i = 0; i < 253; i++) many[i] = pair[i % 2];
  int sent = 0;
  while (pass(pair[0], many, 253) > 0 && sent < 1000) sent++;
  printf("then: %s\n", sent == 1000 ? "no end" : strerrorname_np(errno));
  close(pair[0]), close(pair[1]);
  /* A chain: each socket in the queue of the one before. Its end must not recurse. */
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, chain) != 0) return 1;
  for (int i = 0; i < rounds; i++) {
    int next[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, next) != 0 || pass(next[0], chain, 2) < 0) break;
    close(chain[0]), close(chain[1]);
    chain[0] = next[0], chain[1] = next[1];
  }
  close(chain[0]), close(chain[1]);
  printf("alive\n");
  return 0;
}
