/* Who a process is and what it may: users, groups, capabilities, sessions, limits. */
#include "fuzz.h"

#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

VALUES(group_count, 0, 1, 2, 3, 65536, 65537, -1)
VALUES(resource, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, -1)
VALUES(priority_which, 0, 0, 0, 1, 2, 3, -1)
VALUES(nice_value, 0, 1, 5, 19, 20, 100, -1, -20, -100)
VALUES(prctl_option, PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_GET_KEEPCAPS, PR_SET_KEEPCAPS, PR_GET_TIMING,
       PR_SET_TIMING, PR_GET_SECUREBITS, PR_SET_SECUREBITS, PR_CAPBSET_READ, PR_CAPBSET_DROP, PR_GET_TIMERSLACK,
       PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS, PR_GET_THP_DISABLE, PR_CAP_AMBIENT, PR_GET_NAME, 9999, -1)
VALUES(prctl_value, 0, 0, 1, 1, 2, 3, 4, 21, 40, 41, 63, 64, -1)
VALUES(prctl_rest, 0, 0, 0, 0, 1, 21, -1)

/* With more slack a sleep may take as long. */
VALUES(set_slack, PR_SET_TIMERSLACK)
VALUES(slack, 0, 1, 2, 64, 100000)

static word groups(int slot) {
  int list[3] = {0, 1000, 5};
  if (below(6) == 0) list[1] = -1;
  say("[%d, %d, %d]", list[0], list[1], list[2]);
  return place(slot, list, sizeof list);
}
static void show_groups(const word args[6], long result) {
  if (result > 0 && args[0] != 0) show_hash("groups", args[1], 4 * result);
}
static void show_three(const word args[6], long result) {
  if (result != 0) return;
  for (int i = 0; i < 3; i++) show_int("id", args[i]);
}
static word cap_header(int slot) {
  static const unsigned versions[] = {_LINUX_CAPABILITY_VERSION_3, _LINUX_CAPABILITY_VERSION_3, _LINUX_CAPABILITY_VERSION_3,
                                      _LINUX_CAPABILITY_VERSION_2, _LINUX_CAPABILITY_VERSION_1, 0, 77};
  struct __user_cap_header_struct value;
  value.version = ONE_OF(versions);
  say("{%#x, ", value.version);
  value.pid = (int)pid(slot);
  say("}");
  return place(slot, &value, sizeof value);
}
static word cap_data(int slot) {
  static const unsigned sets[] = {0, 0xffffffff, 0x1ff, 0x3fffff, 1};
  unsigned value[6];
  for (int i = 0; i < 6; i++) value[i] = ONE_OF(sets);
  if (below(3)) value[0] &= value[1];
  value[3] &= 0x1ff;
  value[4] &= 0x1ff;
  value[5] &= 0x1ff;
  if (below(6) == 0) {
    say("NULL");
    return 0;
  }
  say("{%x %x %x, %x %x %x}", value[0], value[1], value[2], value[3], value[4], value[5]);
  return place(slot, value, sizeof value);
}
static void show_caps(const word args[6], long result) {
  if (result == 0 && args[1] != 0) show_hash("caps", args[1], 12);
}
static word limit(int slot) {
  static const uint64_t values[] = {0, 100, 1000, 1024, 4096, 8 << 20, ~0ull, 1ull << 40, ~0ull - 1};
  uint64_t value[2] = {ONE_OF(values), ONE_OF(values)};
  say("{%ld, %ld}", (long)value[0], (long)value[1]);
  return place(slot, value, sizeof value);
}
/* Lower limits would change later calls of ours as well: those that only count bytes and numbers are set. */
VALUES(limit_to_set, RLIMIT_CORE, RLIMIT_FSIZE, RLIMIT_MEMLOCK, RLIMIT_NICE, RLIMIT_RTPRIO, RLIMIT_MSGQUEUE, 16, -1)
static word limit_or_null(int slot) {
  (void)slot;
  say("NULL");
  return 0;
}

static const struct call CALLS[] = {
    {"getuid", SYS_getuid, 0, {0}, NULL},
    {"geteuid", SYS_geteuid, 0, {0}, NULL},
    {"getgid", SYS_getgid, 0, {0}, NULL},
    {"getegid", SYS_getegid, 0, {0}, NULL},
    {"setuid", SYS_setuid, 0, {id}, NULL},
    {"setgid", SYS_setgid, 0, {id}, NULL},
    {"setreuid", SYS_setreuid, 0, {id, id}, NULL},
    {"setregid", SYS_setregid, 0, {id, id}, NULL},
    {"setresuid", SYS_setresuid, 0, {id, id, id}, NULL},
    {"setresgid", SYS_setresgid, 0, {id, id, id}, NULL},
    {"getresuid", SYS_getresuid, 0, {out_pointer, out_pointer, out_pointer}, show_three},
    {"getresgid", SYS_getresgid, 0, {out_pointer, out_pointer, out_pointer}, show_three},
    {"setfsuid", SYS_setfsuid, 0, {id}, NULL},
    {"setfsgid", SYS_setfsgid, 0, {id}, NULL},
    {"getgroups", SYS_getgroups, 0, {group_count, out_pointer}, show_groups},
    {"setgroups", SYS_setgroups, 0, {group_count, groups}, NULL},
    {"capget", SYS_capget, 0, {cap_header, cap_data}, show_caps},
    {"capset", SYS_capset, 0, {cap_header, cap_data}, NULL},
    {"getpgid", SYS_getpgid, 0, {pid}, NULL},
    {"setpgid", SYS_setpgid, 0, {pid, pid}, NULL},
    {"getsid", SYS_getsid, 0, {pid}, NULL},
    {"getrlimit", SYS_getrlimit, 0, {resource, out_pointer}, NULL},
    {"setrlimit", SYS_setrlimit, 0, {limit_to_set, limit}, NULL},
    {"prlimit64", SYS_prlimit64, 0, {pid, resource, limit_or_null, out_pointer}, NULL},
    {"getpriority", SYS_getpriority, 0, {priority_which, pid}, NULL},
    {"setpriority", SYS_setpriority, 0, {priority_which, pid, nice_value}, NULL},
    {"prctl", SYS_prctl, 0, {prctl_option, prctl_value, prctl_rest, prctl_rest, prctl_rest}, NULL},
    {"prctl", SYS_prctl, 0, {prctl_option, prctl_value, prctl_rest, prctl_rest, prctl_rest}, NULL},
    {"prctl", SYS_prctl, 0, {set_slack, slack, prctl_rest, prctl_rest, prctl_rest}, NULL},
};

const struct family identity_family = {"identity", CALLS, sizeof CALLS / sizeof *CALLS};
