/* The other side is gone: what is still read, ECONNRESET once, EPIPE, signals. */
#include "unix.h"

static int s[2];
static void told(int signo) { printf("%s\n", sigabbrev_np(signo)); }
static void fresh(int type) {
  socketpair(AF_UNIX, type, 0, s);
}

int main(void) {
  char b[10];
  int e;
  socklen_t len = sizeof e;
  on_signal(SIGPIPE, told, 0);
  int types[] = {SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM};
  for (int i = 0; i < 3; i++) {
    printf("type %d\n", types[i]);
    fresh(types[i]);
    send(s[1], "left", 4, 0);
    close(s[1]);
    show_poll("closed", s[0]);
    CALL(send(s[0], "x", 1, 0));
    CALL(send(s[0], "x", 1, MSG_NOSIGNAL));
    CALL(recv(s[0], b, 10, MSG_DONTWAIT));
    CALL(recv(s[0], b, 10, MSG_DONTWAIT));
    close(s[0]);
    fresh(types[i]);
    send(s[0], "unread", 6, 0);
    close(s[1]);
    show_poll("closed with data unread", s[0]);
    CALL(recv(s[0], b, 10, MSG_DONTWAIT));
    CALL(recv(s[0], b, 10, MSG_DONTWAIT));
    close(s[0]);
    fresh(types[i]);
    send(s[0], "unread", 6, 0);
    close(s[1]);
    CALL(getsockopt(s[0], SOL_SOCKET, SO_ERROR, &e, &len));
    printf("%s\n", e ? strerrorname_np(e) : "no error");
    CALL(getsockopt(s[0], SOL_SOCKET, SO_ERROR, &e, &len));
    printf("%s\n", e ? strerrorname_np(e) : "no error");
    struct sockaddr_un a;
    socklen_t room = sizeof a;
    CALL(getpeername(s[0], (struct sockaddr *)&a, &room));
    close(s[0]);
  }
  return 0;
}
