/* bind(2), getsockname(2), getpeername(2): pathnames, abstract names, lengths. */
#include "unix.h"

static void show(const char *what, int (*get)(int, struct sockaddr *, socklen_t *), int fd, socklen_t room) {
  struct sockaddr_un a;
  memset(&a, 'x', sizeof a);
  socklen_t len = room;
  if (get(fd, (struct sockaddr *)&a, &len)) {
    printf("%s: %s\n", what, strerrorname_np(errno));
    return;
  }
  printf("%s: length %u family %d", what, len, room >= 2 ? a.sun_family : -1);
  for (unsigned i = 2; i < len && i < room && i < 20; i++) printf(" %02x", (unsigned char)a.sun_path[i - 2]);
  puts("");
}

int main(void) {
  int s = socket(AF_UNIX, SOCK_STREAM, 0), t = socket(AF_UNIX, SOCK_DGRAM, 0), u = socket(AF_UNIX, SOCK_DGRAM, 0);
  struct sockaddr_un a = {.sun_family = AF_UNIX};
  show("unbound", getsockname, s, sizeof a);
  show("unconnected", getpeername, s, sizeof a);
  CALL(bind(s, (struct sockaddr *)&a, 1));
  CALL(bind(s, (struct sockaddr *)&a, sizeof a + 1));
  CALL(bind(s, (struct sockaddr *)&a, 200));
  CALL(bind(s, BAD, sizeof a));
  a.sun_family = 2;
  CALL(bind(s, (struct sockaddr *)&a, sizeof a));
  a.sun_family = AF_UNIX;
  CALL(bind_to(s, "no/such"));
  CALL(bind_to(s, "path"));
  CALL(bind_to(s, "again"));
  show("path", getsockname, s, sizeof a);
  show("cut", getsockname, s, 5);
  show("nothing", getsockname, s, 0);
  show("negative", getsockname, s, -1);
  CALL(bind_to(t, "path"));
  memcpy(a.sun_path, "\0abs\0x", 6);
  CALL(bind(t, (struct sockaddr *)&a, 2 + 6));
  show("abstract", getsockname, t, sizeof a);
  CALL(bind(u, (struct sockaddr *)&a, 2 + 6));
  CALL(bind(u, (struct sockaddr *)&a, 2));
  struct sockaddr_un got;
  socklen_t len = sizeof got;
  CALL(getsockname(u, (struct sockaddr *)&got, &len));
  CALL(len);
  CALL(got.sun_path[0]);
  struct stat st;
  CALL(stat("path", &st));
  printf("%o\n", st.st_mode);
  CALL(open("path", O_RDWR));
  CALL(close(s));
  CALL(access("path", F_OK));
  s = socket(AF_UNIX, SOCK_STREAM, 0);
  CALL(bind_to(s, "path"));
  CALL(connect_to(s, "path"));
  CALL(unlink("path"));
  CALL(connect_to(s, "path"));
  char deep[120];
  memset(deep, 'p', sizeof deep);
  a.sun_family = AF_UNIX;
  memcpy(a.sun_path, deep, sizeof a.sun_path);
  CALL(bind(s, (struct sockaddr *)&a, sizeof a)); /* No NUL at the end. */
  show("longest", getsockname, s, sizeof a);
  CALL(close(t));
  int again = socket(AF_UNIX, SOCK_STREAM, 0);
  memcpy(a.sun_path, "\0abs\0x", 6);
  CALL(bind(again, (struct sockaddr *)&a, 2 + 6));
  return 0;
}
