/* mq_send(3), mq_receive(3): priorities, sizes, full and empty. */
#include "../check.h"
#include <mqueue.h>

static mqd_t q;

static void take(void) {
  char text[20];
  unsigned priority = 99;
  ssize_t n = mq_receive(q, text, sizeof text, &priority);
  if (n < 0) printf("%s\n", strerrorname_np(errno));
  else printf("%zd %u %.*s\n", n, priority, (int)n, text);
}

int main(void) {
  struct mq_attr attr = {.mq_maxmsg = 5, .mq_msgsize = 16};
  mq_unlink("/kernelet-m");
  q = mq_open("/kernelet-m", O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attr);
  take();
  CALL(mq_send(q, "one", 3, 1));
  CALL(mq_send(q, "three", 5, 3));
  CALL(mq_send(q, "one again", 9, 1));
  CALL(mq_send(q, "", 0, 32767));
  CALL(mq_send(q, "three again", 11, 3));
  CALL(mq_send(q, "full", 4, 0));
  CALL(mq_send(q, "priority", 8, 32768));
  CALL(mq_send(q, "seventeen letters", 17, 0));
  CALL(mq_send(q, BAD, 4, 0));
  CALL(mq_send(NO_FD, "x", 1, 0));
  CALL(mq_send(1, "x", 1, 0));
  char text[16];
  CALL(mq_receive(q, text, 15, NULL));
  for (int i = 0; i < 6; i++) take();
  CALL(mq_send(q, "lost", 4, 0));
  CALL(mq_receive(q, BAD, 16, NULL));
  take();
  mqd_t reader = mq_open("/kernelet-m", O_RDONLY), writer = mq_open("/kernelet-m", O_WRONLY);
  CALL(mq_send(reader, "x", 1, 0));
  CALL(mq_receive(writer, text, 16, NULL));
  CALL(read(writer, text, 1));
  CALL(write(writer, "x", 1));
  CALL(mq_unlink("/kernelet-m"));
  return 0;
}
