/* Calls that wait for descriptors, and descriptors made to be waited for. */
#include "fuzz.h"

#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

FLAGS(eventfd_flags, 2, 0, EFD_CLOEXEC, EFD_NONBLOCK, EFD_SEMAPHORE)
FLAGS(create_flags, 1, 0, 02000000, 04000)
VALUES(epoll_size, 1, 100, 0, -1)
VALUES(epoll_operation, EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_MOD, EPOLL_CTL_DEL, 0, 4, -1)
VALUES(event_count, 1, 1, 2, 10, 0, -1, 0x7fffffff)
VALUES(timeout, 0, 0, 0, 0, 1, 1)
VALUES(poll_count, 0, 1, 2, 3, 4, 4, 5, 70000, -1)
/* Beyond 64 it depends on how large a table of descriptors was inherited. */
VALUES(select_count, 0, 1, 8, 32, 40, 64, -1)
FLAGS(settime_flags, 4, 0, 1, 2)

static word epoll_fd(int slot) {
  (void)slot;
  if (below(6) == 0) return any_fd(slot);
  int fd = 21 + below(2);
  say("%d", fd);
  return fd;
}
static word timer_fd(int slot) {
  (void)slot;
  if (below(5) == 0) return any_fd(slot);
  say("23");
  return 23;
}

static word epoll_event(int slot) {
  static const unsigned events[] = {EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLOUT, EPOLLIN | EPOLLET, EPOLLIN | EPOLLONESHOT, 0,
                                    EPOLLIN | EPOLLEXCLUSIVE, EPOLLEXCLUSIVE | EPOLLONESHOT, EPOLLRDHUP, 0xffffffff,
                                    EPOLLIN | EPOLLWAKEUP};
  struct epoll_event value;
  value.events = ONE_OF(events);
  value.data.u64 = below(100);
  say("{%#x, %lu}", value.events, (unsigned long)value.data.u64);
  return place(slot, &value, sizeof value);
}

/* The order of ready descriptors is the order in which they became ready. */
static void show_events(const word args[6], long result) {
  if (result > 0) show_hash("events", args[1], result * sizeof(struct epoll_event));
}

static word poll_list(int slot) {
  struct pollfd list[4];
  say("[");
  for (int i = 0; i < 4; i++) {
    static const short events[] = {POLLIN, POLLOUT, POLLIN | POLLOUT, 0, POLLPRI, -1, POLLRDHUP, POLLRDNORM | POLLWRNORM};
    say(i ? ", " : "");
    list[i].fd = (int)any_fd(slot);
    list[i].events = ONE_OF(events);
    list[i].revents = 0x5555;
    say(":%x", (unsigned short)list[i].events);
  }
  say("]");
  return place(slot, list, sizeof list);
}
static void show_poll(const word args[6], long result) {
  if (result < 0 || !is_readable(args[0], 8 * sizeof(struct pollfd) / 2)) return;
  for (word i = 0; i < args[1] && i < 4; i++) {
    struct pollfd value;
    memcpy(&value, (const void *)(args[0] + 8 * i), sizeof value);
    say(" %x", (unsigned short)value.revents);
  }
}

static word fd_set_of(int slot) {
  uint64_t set[16] = {0};
  if (below(3) == 0) {
    say("NULL");
    return 0;
  }
  for (int n = below(4); n > 0; n--) set[0] |= 1ull << (below(10) ? below(32) : below(64));
  say("%#lx", set[0]);
  return place(slot, set, below(4) ? sizeof set : 8);
}
static void show_sets(const word args[6], long result) {
  if (result < 0) return;
  for (int i = 1; i <= 3; i++)
    if (args[i] != 0 && (long)args[1] > 0) show_hash("set", args[i], 8);
}
static word short_timeval(int slot) {
  static const long parts[] = {0, 0, 0, 1000, 1000000, 2000000, -1};
  long value[2] = {below(8) ? 0 : -1, ONE_OF(parts)};
  say("{%ld, %ld}", value[0], value[1]);
  return place(slot, value, 16);
}
/* {pointer to a signal set, its size} */
static word pselect_set(int slot) {
  word value[2];
  if (below(3)) {
    say("NULL");
    return 0;
  }
  say("{");
  value[0] = signal_set(6);
  say(", ");
  value[1] = sigset_size(slot);
  say("}");
  return place(slot, value, 16);
}
static word sigset_or_null(int slot) {
  if (below(2)) {
    say("NULL");
    return 0;
  }
  return signal_set(slot);
}
static word old_signalfd(int slot) {
  static const int list[] = {-1, -1, 24, 24, 0, 99};
  (void)slot;
  int fd = ONE_OF(list);
  say("%d", fd);
  return (word)(long)fd;
}
static word old_timer(int slot) {
  if (below(3) == 0) {
    say("NULL");
    return 0;
  }
  return out_pointer(slot);
}
static word event_value(int slot) {
  static const uint64_t list[] = {0, 1, 1, 2, 10, ~0ull, ~0ull - 1, 1ull << 63};
  uint64_t value = ONE_OF(list);
  say("&%#lx", value);
  return place(slot, &value, 8);
}
static word event_fd(int slot) {
  (void)slot;
  if (below(6) == 0) return any_fd(slot);
  int fd = 19 + below(2);
  say("%d", fd);
  return fd;
}
VALUES(eight, 8, 8, 8, 8, 4, 9, 0, 16)
VALUES(eventfd_count, 0, 1, 5, -1, 0xffffffff)

static const struct call CALLS[] = {
    {"eventfd", SYS_eventfd, 0, {eventfd_count}, NULL},
    {"eventfd2", SYS_eventfd2, 0, {eventfd_count, eventfd_flags}, NULL},
    {"write", SYS_write, 1, {event_fd, event_value, eight}, NULL},
    {"read", SYS_read, 1, {event_fd, event_value, eight}, show_bytes1},
    {"epoll_create", SYS_epoll_create, 0, {epoll_size}, NULL},
    {"epoll_create1", SYS_epoll_create1, 0, {create_flags}, NULL},
    {"epoll_ctl", SYS_epoll_ctl, 0, {epoll_fd, epoll_operation, any_fd, epoll_event}, NULL},
    {"epoll_ctl", SYS_epoll_ctl, 0, {epoll_fd, epoll_operation, any_fd, epoll_event}, NULL},
    {"epoll_ctl", SYS_epoll_ctl, 0, {epoll_fd, epoll_operation, epoll_fd, epoll_event}, NULL},
    {"epoll_wait", SYS_epoll_wait, 1, {epoll_fd, out_pointer, event_count, timeout}, show_events},
    {"epoll_pwait", SYS_epoll_pwait, 1, {epoll_fd, out_pointer, event_count, timeout, sigset_or_null, sigset_size}, show_events},
    {"epoll_pwait2", SYS_epoll_pwait2, 1, {epoll_fd, out_pointer, event_count, timespec_short, sigset_or_null, sigset_size}, show_events},
    {"poll", SYS_poll, 1, {poll_list, poll_count, timeout}, show_poll},
    {"ppoll", SYS_ppoll, 1, {poll_list, poll_count, timespec_short, sigset_or_null, sigset_size}, show_poll},
    {"select", SYS_select, 1, {select_count, fd_set_of, fd_set_of, fd_set_of, short_timeval}, show_sets},
    {"pselect6", SYS_pselect6, 1, {select_count, fd_set_of, fd_set_of, fd_set_of, timespec_short, pselect_set}, show_sets},
    {"timerfd_create", SYS_timerfd_create, 0, {clock_id, create_flags}, NULL},
    {"timerfd_settime", SYS_timerfd_settime, 0, {timer_fd, settime_flags, itimerspec, old_timer}, NULL},
    {"timerfd_gettime", SYS_timerfd_gettime, 0, {timer_fd, out_pointer}, NULL},
    {"signalfd4", SYS_signalfd4, 0, {old_signalfd, signal_set, sigset_size, create_flags}, NULL},
    {"read", SYS_read, 1, {wait_fd, out_buffer, length}, NULL},
    {"write", SYS_write, 1, {pipe_fd, in_buffer, small}, NULL},
};

const struct family waiting_family = {"waiting", CALLS, sizeof CALLS / sizeof *CALLS};
