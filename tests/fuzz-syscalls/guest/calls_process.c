/* Children, scheduling, futexes, the system's name. */
#include "fuzz.h"

#include <linux/futex.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* No thread has this number, on any kernel. */
#define NOBODY 5000000
FLAGS(wait_options, 0x10, WNOHANG, WNOHANG, WUNTRACED, WCONTINUED, __WALL, __WCLONE)
VALUES(waitid_type, P_ALL, P_PID, P_PGID, P_PIDFD, 4, -1)
FLAGS(waitid_options, 0x10, WNOHANG | WEXITED, WEXITED | WNOHANG, WSTOPPED | WNOHANG, WNOWAIT, WCONTINUED)
VALUES(policy, 0, 3, 5, 0, 1, 2, 6, 7, 4, -1)
VALUES(calm_policy, 0, 3, 5, 4, 8, -1)
VALUES(futex_operation, FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT | 128, FUTEX_WAKE | 128, FUTEX_REQUEUE, FUTEX_CMP_REQUEUE,
       FUTEX_WAKE_OP, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET, FUTEX_WAIT | 256, FUTEX_TRYLOCK_PI, FUTEX_UNLOCK_PI, 14, 77, -1)
/* The word's value most often. */
VALUES(futex_value, 0, 1, NOBODY, NOBODY, NOBODY, -1)
VALUES(cpu_size, 0, 1, 4, 8, 8, 128, 128, -1)
VALUES(attribute_size, 0, 48, 48, 56, 10, 4096, 4097, -1)
VALUES(io_which, 0, 1, 2, 3, 4)
VALUES(io_priority, 0, 4 << 0, 2 << 13, (2 << 13) | 7, 1 << 13, 3 << 13, 4 << 13, -1)
VALUES(kcmp_type, 0, 1, 2, 3, 4, 5, 6, 7, 8, 99)
VALUES(random_flags, 0, 1, 2, 3, 4, 6, 8)
VALUES(random_length, 0, 1, 8, 256, 4096)
VALUES(pidfd_flags, 0, 0, 04000, 1, 0200)

/* 0 means any of our group: the child is one. */
static word wait_pid(int slot) { return pid(slot); }
static word parameter(int slot) {
  static const int list[] = {0, 0, 0, 1, 99, 100, -1};
  int value = ONE_OF(list);
  say("{%d}", value);
  return place(slot, &value, 4);
}
static word zero_parameter(int slot) {
  int value = below(4) ? 0 : 1 + below(120);
  say("{%d}", value);
  return place(slot, &value, 4);
}
/* A lock that nobody has, or a thread that is not there, or one that is. */
static word futex_word(int slot) {
  int value[4] = {NOBODY, NOBODY, 0, 0};
  switch (below(6)) {
    case 0: say("&self"), value[0] = getpid(); break;
    case 1: say("&child"), value[0] = child_pid; break;
    case 2: say("&0"), value[0] = 0; break;
    default: say("&nobody");
  }
  return place(slot, value, sizeof value);
}
static word cpu_mask(int slot) {
  uint64_t mask[16] = {0};
  memset(mask, 0xff, sizeof mask);
  say("all");
  return place(slot, mask, sizeof mask);
}
static word pidfd_arg(int slot) {
  (void)slot;
  if (below(3) == 0) return any_fd(slot);
  say("27");
  return 27;
}

static const struct call CALLS[] = {
    {"wait4", SYS_wait4, 1, {wait_pid, out_or_null, wait_options, out_or_null}, NULL},
    {"waitid", SYS_waitid, 1, {waitid_type, wait_pid, out_or_null, waitid_options, out_or_null}, NULL},
    {"getpid", SYS_getpid, 0, {0}, NULL},
    {"gettid", SYS_gettid, 0, {0}, NULL},
    {"sched_yield", SYS_sched_yield, 0, {0}, NULL},
    {"sched_getscheduler", SYS_sched_getscheduler, 0, {pid}, NULL},
    {"sched_setscheduler", SYS_sched_setscheduler, 0, {pid, calm_policy, zero_parameter}, NULL},
    {"sched_getparam", SYS_sched_getparam, 0, {pid, out_pointer}, NULL},
    {"sched_setparam", SYS_sched_setparam, 0, {pid, parameter}, NULL},
    {"sched_get_priority_max", SYS_sched_get_priority_max, 0, {policy}, NULL},
    {"sched_get_priority_min", SYS_sched_get_priority_min, 0, {policy}, NULL},
    {"sched_getattr", SYS_sched_getattr, 0, {pid, out_pointer, attribute_size, zero}, NULL},
    {"sched_setaffinity", SYS_sched_setaffinity, 0, {pid, cpu_size, cpu_mask}, NULL},
    {"futex", SYS_futex, 1, {futex_word, futex_operation, futex_value, timespec_short, futex_word, futex_value}, NULL},
    {"futex", SYS_futex, 1, {futex_word, futex_operation, futex_value, timespec_short, futex_word, futex_value}, NULL},
    {"ioprio_get", SYS_ioprio_get, 0, {io_which, pid}, NULL},
    {"ioprio_set", SYS_ioprio_set, 0, {io_which, pid, io_priority}, NULL},
    {"kcmp", SYS_kcmp, 0, {pid, pid, kcmp_type, small, small}, NULL},
    {"uname", SYS_uname, 0, {out_pointer}, NULL},
    {"sysinfo", SYS_sysinfo, 0, {out_pointer}, NULL},
    {"getrandom", SYS_getrandom, 0, {out_buffer, random_length, random_flags}, NULL},
    {"pidfd_open", SYS_pidfd_open, 0, {pid, pidfd_flags}, NULL},
    {"pidfd_getfd", SYS_pidfd_getfd, 0, {pidfd_arg, any_fd, zero}, NULL},
    {"getrusage", SYS_getrusage, 0, {small, out_pointer}, NULL},
    {"times", SYS_times, 0, {zero}, NULL},
};

const struct family process_family = {"process", CALLS, sizeof CALLS / sizeof *CALLS};
