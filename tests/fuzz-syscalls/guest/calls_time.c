/* Clocks and timers. What time it is differs; whether it is told does not. */
#include "fuzz.h"

#include <limits.h>
#include <signal.h>
#include <string.h>
#include <time.h>

VALUES(itimer, 0, 1, 2, 3, -1)
VALUES(timer_number, 1, 1, 2, 2, 3, 4, 99, -1)
VALUES(timer_flags, 0, 0, 1, 2, -1)

static word event(int slot) {
  static const int kinds[] = {SIGEV_SIGNAL, SIGEV_NONE, SIGEV_NONE, SIGEV_THREAD_ID, SIGEV_SIGNAL | 4, 7, SIGEV_THREAD};
  static const int numbers[] = {10, 34, 0, 65, 41};
  struct sigevent value;
  if (below(6) == 0) {
    say("NULL");
    return 0;
  }
  memset(&value, 0, sizeof value);
  value.sigev_notify = ONE_OF(kinds);
  value.sigev_signo = ONE_OF(numbers);
  say("{%d, %d}", value.sigev_notify, value.sigev_signo);
  return place(slot, &value, sizeof value);
}
static word nothing_or_out(int slot) {
  if (below(3) == 0) {
    say("NULL");
    return 0;
  }
  return out_pointer(slot);
}
static void show_timer(const word args[6], long result) {
  if (result == 0) show_int("timer", args[2]);
}
static void show_resolution(const word args[6], long result) {
  (void)args;
  (void)result;
}
/* Of CPU time, nobody uses so much by sleeping; other clocks get there before the watchdog comes. */
static word sleep_time(int slot) {
  static const long seconds[] = {0, 0, 0, 0, 0, 0, -1, LONG_MIN};
  static const long parts[] = {0, 0, 0, 5000000, 5000000, 1000000000, -1, LONG_MAX};
  long value[2] = {ONE_OF(seconds), ONE_OF(parts)};
  say("{%ld, %ld}", value[0], value[1]);
  return place(slot, value, sizeof value);
}
static word read_only_clock(int slot) { return clock_id(slot); }

static const struct call CALLS[] = {
    {"clock_gettime", SYS_clock_gettime, 0, {read_only_clock, out_pointer}, NULL},
    {"clock_getres", SYS_clock_getres, 0, {read_only_clock, nothing_or_out}, show_resolution},
    {"gettimeofday", SYS_gettimeofday, 0, {nothing_or_out, nothing_or_out}, NULL},
    {"nanosleep", SYS_nanosleep, 1, {timespec_short, nothing_or_out}, NULL},
    {"clock_nanosleep", SYS_clock_nanosleep, 1, {clock_id, zero, sleep_time, nothing_or_out}, NULL},
    {"getitimer", SYS_getitimer, 0, {itimer, out_pointer}, NULL},
    {"setitimer", SYS_setitimer, 0, {itimer, itimerval, nothing_or_out}, NULL},
    {"timer_create", SYS_timer_create, 0, {clock_id, event, out_pointer}, show_timer},
    {"timer_settime", SYS_timer_settime, 0, {timer_number, timer_flags, itimerspec, nothing_or_out}, NULL},
    {"timer_gettime", SYS_timer_gettime, 0, {timer_number, out_pointer}, NULL},
    {"timer_getoverrun", SYS_timer_getoverrun, 0, {timer_number}, NULL},
    {"timer_delete", SYS_timer_delete, 0, {timer_number}, NULL},
};

const struct family time_family = {"time", CALLS, sizeof CALLS / sizeof *CALLS};
