/* Message queues with poll(2) and epoll(7). */
#include "../check.h"
#include <mqueue.h>
#include <poll.h>
#include <sys/epoll.h>

static mqd_t q;
static void show(void) {
  struct pollfd p = {q, POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM | POLLPRI, 0};
  int n = poll(&p, 1, 0);
  printf("%d %x\n", n, p.revents);
}

int main(void) {
  struct mq_attr attr = {.mq_maxmsg = 2, .mq_msgsize = 8};
  mq_unlink("/kernelet-p");
  q = mq_open("/kernelet-p", O_RDWR | O_CREAT, 0600, &attr);
  show();
  CALL(mq_send(q, "a", 1, 0));
  show();
  CALL(mq_send(q, "b", 1, 0));
  show();
  int e = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET};
  CALL(epoll_ctl(e, EPOLL_CTL_ADD, q, &event));
  CALL(epoll_wait(e, &event, 1, 0));
  CALL(event.events);
  char text[8];
  CALL(mq_receive(q, text, 8, NULL));
  CALL(epoll_wait(e, &event, 1, 0));
  CALL(event.events);
  CALL(epoll_wait(e, &event, 1, 0));
  CALL(mq_receive(q, text, 8, NULL));
  show();
  CALL(mq_unlink("/kernelet-p"));
  return 0;
}
