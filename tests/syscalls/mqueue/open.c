/* mq_open(3), mq_unlink(3): names, flags, attributes, what is refused. */
#include "../check.h"
#include <mqueue.h>

static mqd_t open_with(const char *name, int flags, long messages, long size) {
  struct mq_attr attr = {.mq_maxmsg = messages, .mq_msgsize = size};
  return mq_open(name, flags, 0600, &attr);
}

int main(void) {
  mq_unlink("/kernelet-open");
  CALL(mq_open("/kernelet-open", O_RDWR));
  CALL(mq_open("no-slash", O_RDWR | O_CREAT, 0600, NULL));
  CALL(mq_open("/", O_RDWR | O_CREAT, 0600, NULL));
  CALL(mq_open("/a/b", O_RDWR | O_CREAT, 0600, NULL));
  CALL(mq_open("/..", O_RDWR | O_CREAT, 0600, NULL));
  char name[300];
  memset(name, 'n', sizeof name);
  name[0] = '/';
  name[257] = 0;
  CALL(mq_open(name, O_RDWR | O_CREAT, 0600, NULL));
  CALL(syscall(SYS_mq_open, BAD, O_RDWR, 0, NULL));
  CALL(syscall(SYS_mq_open, "x", O_RDWR | O_CREAT, 0600, BAD));
  CALL(open_with("/kernelet-open", O_RDWR | O_CREAT, 0, 1));
  CALL(open_with("/kernelet-open", O_RDWR | O_CREAT, 1, 0));
  CALL(open_with("/kernelet-open", O_RDWR | O_CREAT, -1, 1));
  CALL(open_with("/kernelet-open", O_RDWR | O_CREAT, 65537, 1));
  CALL(open_with("/kernelet-open", O_RDWR | O_CREAT, 1, 16777217));
  mqd_t q = mq_open("/kernelet-open", O_RDWR | O_CREAT | O_EXCL, 0640, NULL);
  CALL(fcntl(q, F_GETFD));
  CALL(fcntl(q, F_GETFL) & O_ACCMODE);
  struct mq_attr attr;
  CALL(mq_getattr(q, &attr));
  printf("%ld %ld %ld %ld\n", attr.mq_flags, attr.mq_maxmsg, attr.mq_msgsize, attr.mq_curmsgs);
  CALL(mq_open("/kernelet-open", O_RDWR | O_CREAT | O_EXCL, 0600, NULL));
  CALL(mq_open("/kernelet-open", O_WRONLY | O_RDWR));
  mqd_t reader = mq_open("/kernelet-open", O_RDONLY | O_NONBLOCK);
  CALL(mq_getattr(reader, &attr));
  CALL(attr.mq_flags == O_NONBLOCK);
  attr.mq_flags = O_NONBLOCK | 1;
  CALL(mq_setattr(q, &attr, NULL));
  attr.mq_flags = O_NONBLOCK;
  struct mq_attr old;
  CALL(mq_setattr(q, &attr, &old));
  CALL(old.mq_flags);
  CALL(mq_getattr(0, &attr));
  CALL(mq_getattr(NO_FD, &attr));
  struct stat st;
  CALL(fstat(q, &st));
  printf("%o %d\n", st.st_mode, (int)st.st_size);
  CALL(mq_unlink("/kernelet-open"));
  CALL(mq_unlink("/kernelet-open"));
  CALL(mq_getattr(q, &attr));
  CALL(mq_close(q));
  CALL(mq_close(q));
  return 0;
}
