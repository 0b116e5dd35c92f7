/* mq_timedsend(3), mq_timedreceive(3): times, signals. */
#include "../check.h"
#include <mqueue.h>

static void nothing(int signo) { (void)signo; }

static struct timespec in_ms(int ms) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  t.tv_nsec += ms * 1000000L;
  if (t.tv_nsec >= 1000000000) t.tv_sec++, t.tv_nsec -= 1000000000;
  return t;
}

int main(void) {
  struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 8};
  mq_unlink("/kernelet-t");
  mqd_t q = mq_open("/kernelet-t", O_RDWR | O_CREAT, 0600, &attr);
  char text[8];
  struct timespec bad = {0, 1000000000}, negative = {-1, 0}, past = {1, 0}, soon = in_ms(30);
  CALL(mq_timedreceive(q, text, 8, NULL, &bad));
  CALL(mq_timedreceive(q, text, 8, NULL, &negative));
  CALL(mq_timedreceive(NO_FD, text, 8, NULL, &bad));
  CALL(mq_timedreceive(q, text, 8, NULL, &past));
  CALL(mq_timedreceive(q, text, 8, NULL, &soon));
  CALL(mq_timedsend(q, "x", 1, 0, &past));
  CALL(mq_timedsend(q, "x", 1, 0, &past));
  soon = in_ms(30);
  CALL(mq_timedsend(q, "x", 1, 0, &soon));
  CALL(mq_timedreceive(q, text, 8, NULL, &past));
  on_signal(SIGALRM, nothing, 0);
  ualarm(20000, 0);
  CALL(mq_receive(q, text, 8, NULL));
  on_signal(SIGALRM, nothing, SA_RESTART);
  ualarm(10000, 0);
  soon = in_ms(60);
  CALL(mq_timedreceive(q, text, 8, NULL, &soon));
  CALL(mq_unlink("/kernelet-t"));
  return 0;
}
