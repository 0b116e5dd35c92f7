/* A descriptor that is closed while somebody waits for it; the same one many times; bad ones among good ones. */
#include "../check.h"
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/select.h>

static int p[2];
static void *closes(void *unused) {
  sleep_ms(40);
  close(p[0]);
  return unused;
}

int main(void) {
  pthread_t thread;
  if (pipe(p)) return 1;
  pthread_create(&thread, NULL, closes, NULL);
  struct pollfd one = {p[0], POLLIN, 0};
  CALL(poll(&one, 1, 120));
  pthread_join(thread, NULL);
  CALL(poll(&one, 1, 0));
  CALL(one.revents);
  if (pipe(p)) return 1;
  write(p[1], "x", 1);
  struct pollfd many[5] = {{p[0], POLLIN, 9}, {p[0], POLLIN, 9}, {-5, POLLIN, 9}, {NO_FD, 0, 9}, {p[0], 0, 9}};
  CALL(poll(many, 5, -1));
  for (int i = 0; i < 5; i++) printf("%x ", many[i].revents);
  puts("");
  struct rlimit limit = {10, 10};
  CALL(setrlimit(RLIMIT_NOFILE, &limit));
  struct pollfd eleven[11];
  for (int i = 0; i < 11; i++) eleven[i] = (struct pollfd){-1, 0, 0};
  CALL(poll(eleven, 11, 0));
  CALL(poll(eleven, 10, 0));
  fd_set in;
  FD_ZERO(&in);
  FD_SET(NO_FD, &in);
  FD_SET(p[0], &in);
  CALL(select(1024, &in, NULL, NULL, NULL)); /* Beyond the table: nobody looks. */
  FD_SET(50, &in);
  CALL(select(51, &in, NULL, NULL, NULL));
  return 0;
}
