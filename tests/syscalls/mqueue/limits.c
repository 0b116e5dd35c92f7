/* RLIMIT_MSGQUEUE, and what a user without capabilities may have. */
#include "../check.h"
#include <grp.h>
#include <mqueue.h>
#include <sys/resource.h>

static void user(void) {
  struct rlimit limit = {100000, 100000};
  CALL(setrlimit(RLIMIT_MSGQUEUE, &limit));
  if (setgroups(0, NULL) || setgid(1000) || setuid(1000)) _exit(1);
  struct mq_attr attr = {.mq_maxmsg = 11, .mq_msgsize = 8};
  CALL(mq_open("/kernelet-l1", O_RDWR | O_CREAT, 0600, &attr));
  attr.mq_maxmsg = 10;
  attr.mq_msgsize = 8193;
  CALL(mq_open("/kernelet-l1", O_RDWR | O_CREAT, 0600, &attr));
  attr.mq_msgsize = 8192;
  CALL(mq_open("/kernelet-l1", O_RDWR | O_CREAT, 0600, &attr) >= 0);
  CALL(mq_open("/kernelet-l2", O_RDWR | O_CREAT, 0600, &attr));
  attr.mq_msgsize = 1;
  CALL(mq_open("/kernelet-l2", O_RDWR | O_CREAT, 0600, &attr) >= 0);
  CALL(mq_open("/kernelet-root", O_RDONLY));
  CALL(mq_open("/kernelet-root", O_WRONLY) >= 0);
  CALL(mq_open("/kernelet-root", O_RDWR));
  CALL(mq_unlink("/kernelet-root"));
  CALL(mq_unlink("/kernelet-l1"));
  CALL(mq_unlink("/kernelet-l2"));
}

int main(void) {
  mq_unlink("/kernelet-root");
  CALL(mq_open("/kernelet-root", O_RDWR | O_CREAT, 0666, NULL) >= 0);
  mq_unlink("/kernelet-root");
  umask(0);
  CALL(mq_open("/kernelet-root", O_RDWR | O_CREAT, 0602, NULL) >= 0);
  run("user", user);
  CALL(mq_unlink("/kernelet-root"));
  return 0;
}
