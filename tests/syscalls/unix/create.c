/* socket(2), socketpair(2): which there are. */
#include "unix.h"

int main(void) {
  int s[2];
  CALL(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
  CALL(socket(AF_UNIX, SOCK_STREAM, 1) >= 0);
  CALL(socket(AF_UNIX, SOCK_STREAM, 2));
  CALL(socket(AF_UNIX, 99, 0));
  CALL(socket(AF_UNIX, SOCK_RDM, 0));
  CALL(socket(AF_UNIX, SOCK_STREAM | 0x100, 0));
  CALL(socket(200, SOCK_STREAM, 0));
  CALL(socket(-1, SOCK_STREAM, 0));
  int raw = socket(AF_UNIX, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), type;
  socklen_t len = sizeof type;
  CALL(getsockopt(raw, SOL_SOCKET, SO_TYPE, &type, &len));
  CALL(type);
  CALL(fcntl(raw, F_GETFD));
  CALL(fcntl(raw, F_GETFL));
  CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, BAD));
  CALL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, s));
  CALL(fcntl(s[1], F_GETFL));
  CALL(lseek(s[0], 0, SEEK_SET));
  CALL(pread(s[0], &type, 1, 0));
  CALL(ftruncate(s[0], 0));
  CALL(fsync(s[0]));
  struct stat st;
  CALL(fstat(s[0], &st));
  printf("%o %d\n", st.st_mode, (int)st.st_size);
  CALL(bind(0, NULL, 0));
  CALL(listen(NO_FD, 0));
  CALL(shutdown(1, 0));
  CALL(shutdown(s[0], 3));
  CALL(shutdown(s[0], -1));
  CALL(accept4(s[0], NULL, NULL, 0x10));
  CALL(accept(s[0], NULL, NULL));
  return 0;
}
