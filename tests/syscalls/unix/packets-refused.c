/* SOCK_SEQPACKET without a peer: that counts before what else is wrong; and with one. */
#include "unix.h"

int main(void) {
  char c = 'x';
  int s = socket(AF_UNIX, SOCK_SEQPACKET, 0);
  CALL(recv(s, &c, 1, MSG_OOB | MSG_DONTWAIT));
  CALL(recv(s, &c, 1, MSG_DONTWAIT));
  CALL(send(s, &c, 1, MSG_OOB));
  CALL(send(s, &c, 1, 0));
  CALL(send(s, BAD, 1 << 20, 0));
  int pair[2];
  CALL(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
  CALL(recv(pair[0], &c, 1, MSG_OOB | MSG_DONTWAIT));
  CALL(send(pair[0], &c, 1, MSG_OOB));
  CALL(send(pair[0], &c, 1, 0));
  CALL(recv(pair[1], &c, 1, 0));
  close(pair[1]);
  CALL(recv(pair[0], &c, 1, MSG_OOB));
  CALL(recv(pair[0], &c, 1, 0));
  CALL(send(pair[0], &c, 1, MSG_NOSIGNAL));
  CALL(send(pair[0], &c, 1, MSG_OOB | MSG_NOSIGNAL));
  int d = socket(AF_UNIX, SOCK_DGRAM, 0);
  CALL(recv(d, &c, 1, MSG_OOB | MSG_DONTWAIT));
  CALL(send(d, &c, 1, MSG_OOB));
  return 0;
}
