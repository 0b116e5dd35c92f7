/* socket(2) and socketpair(2): families, types, protocols. */
#include "inet.h"

int main(void) {
  fresh();
  static const int families[] = {AF_INET, AF_INET6};
  static const int types[] = {0, SOCK_STREAM, SOCK_DGRAM, SOCK_RDM, SOCK_SEQPACKET, 6, 7, 11, 15};
  static const int protocols[] = {0, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, 253, -1, 263, 1000};
  for (int f = 0; f < 2; f++)
    for (unsigned t = 0; t < sizeof types / sizeof *types; t++)
      for (unsigned p = 0; p < sizeof protocols / sizeof *protocols; p++) {
        if (protocols[p] == IPPROTO_ICMP && types[t] == SOCK_DGRAM) continue;
        int s = socket(families[f], types[t], protocols[p]);
        printf("%d %d %d: %s\n", families[f], types[t], protocols[p],
               s < 0 ? strerrorname_np(errno) : "ok");
        if (s >= 0) {
          printf("  domain %d type %d protocol %d\n", get_int(s, SOL_SOCKET, SO_DOMAIN),
                 get_int(s, SOL_SOCKET, SO_TYPE), get_int(s, SOL_SOCKET, SO_PROTOCOL));
          close(s);
        }
      }
  int fds[2];
  CALL(socketpair(AF_INET, SOCK_STREAM, 0, fds));
  CALL(socketpair(AF_INET6, SOCK_DGRAM, 0, fds));
  CALL(socketpair(AF_INET, SOCK_STREAM, IPPROTO_UDP, fds));
  CALL(socketpair(AF_INET, 9, 0, fds));
  CALL(socket(AF_INET, SOCK_STREAM | 0x100, 0));
  CALL(socket(-1, SOCK_STREAM, 0));
  CALL(socket(46, SOCK_STREAM, 0));
  CALL(socket(4, SOCK_STREAM, 0));
  int s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  CALL((fcntl(s, F_GETFL) & O_NONBLOCK) != 0);
  CALL(fcntl(s, F_GETFD));
  struct stat st;
  CALL(fstat(s, &st));
  CALL(S_ISSOCK(st.st_mode));
  CALL(st.st_mode & 0777);
  CALL(lseek(s, 0, SEEK_SET));
  CALL(pread(s, fds, 1, 0));
  CALL(write(s, "x", 1));
  CALL(read(s, fds, 1));
  CALL(ftruncate(s, 0));
  CALL(fsync(s));
  return 0;
}
