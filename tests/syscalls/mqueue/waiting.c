/* A message goes to the receiver that has waited longest; a sender that waits goes in when there is room. */
#include "../check.h"
#include <mqueue.h>

static mqd_t q;
static int who;

static void receives(void) {
  char text[8];
  unsigned priority;
  ssize_t n = mq_receive(q, text, 8, &priority);
  sleep_ms(who * 100);
  printf("receiver %d: %zd %u %.*s\n", who, n, priority, (int)n, text);
}
static void sends(void) {
  char text[8];
  snprintf(text, 8, "s%d", who);
  int result = mq_send(q, text, 2, who);
  sleep_ms(who * 100);
  printf("sender %d: %d\n", who, result);
}

int main(void) {
  struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 8};
  mq_unlink("/kernelet-w");
  q = mq_open("/kernelet-w", O_RDWR | O_CREAT, 0600, &attr);
  for (who = 1; who <= 2; who++) {
    start(receives);
    sleep_ms(40);
  }
  CALL(mq_send(q, "a", 1, 0));
  CALL(mq_send(q, "b", 1, 9));
  while (wait(NULL) > 0) {
  }
  CALL(mq_send(q, "full", 4, 5));
  for (who = 1; who <= 2; who++) {
    start(sends);
    sleep_ms(40);
  }
  char text[8];
  for (int i = 0; i < 3; i++) {
    unsigned priority;
    ssize_t n = mq_receive(q, text, 8, &priority);
    printf("%u %.*s\n", priority, (int)n, text);
  }
  while (wait(NULL) > 0) {
  }
  CALL(mq_unlink("/kernelet-w"));
  return 0;
}
