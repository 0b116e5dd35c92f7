/* SO_PEEK_OFF: where a peek begins. */
#include "unix.h"

static int s[2];
static void offset(void) {
  int value;
  socklen_t len = sizeof value;
  getsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &value, &len);
  printf("offset %d\n", value);
}
static void look(int size, int flags) {
  char b[20];
  ssize_t n = recv(s[1], b, size, flags | MSG_DONTWAIT);
  printf("%zd %.*s\n", n, n > 0 ? (int)n : 0, b);
  offset();
}

int main(void) {
  int types[] = {SOCK_STREAM, SOCK_DGRAM};
  for (int i = 0; i < 2; i++) {
    if (socketpair(AF_UNIX, types[i], 0, s)) return 1;
    printf("type %d\n", types[i]);
    send(s[0], "abcd", 4, 0);
    send(s[0], "efgh", 4, 0);
    look(2, MSG_PEEK);
    int value = 0;
    CALL(setsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &value, sizeof value));
    look(3, MSG_PEEK);
    look(3, MSG_PEEK);
    look(20, MSG_PEEK);
    look(20, MSG_PEEK);
    value = 5;
    setsockopt(s[1], SOL_SOCKET, SO_PEEK_OFF, &value, sizeof value);
    look(2, MSG_PEEK);
    look(3, 0);
    look(2, MSG_PEEK);
    close(s[0]);
    close(s[1]);
  }
  return 0;
}
