/* Signals. None that ends or stops this process is sent. */
#include "fuzz.h"

#include <signal.h>
#include <string.h>

VALUES(mask_how, 0, 1, 2, 0, 1, 2, 3, -1)
VALUES(action_number, 10, 14, 34, 41, 17, 18, 23, 28, 9, 19, 0, 65, -1)

static word tid(int slot) { return pid(slot); }

/* What the kernel takes: handler, flags, restorer, mask. The handler given is one that does nothing. */
static void nothing(int signo) { (void)signo; }
static void restorer(void) { __asm__ volatile("mov $15, %eax\n\tsyscall"); }
static word action(int slot) {
  static const uint64_t flags[] = {0, SA_RESTART, SA_NODEFER, SA_RESETHAND, SA_SIGINFO, SA_NOCLDSTOP, SA_NOCLDWAIT, 0x800,
                                   0x40000000 << 1};
  uint64_t value[4];
  if (below(3) == 0) {
    say("NULL");
    return 0;
  }
  int kind = below(3);
  value[0] = kind == 0 ? 1 : (uint64_t)(uintptr_t)nothing;
  value[1] = ONE_OF(flags) | 0x04000000;
  value[2] = (uint64_t)(uintptr_t)restorer;
  value[3] = below(2) ? 0 : 1ul << 9;
  say("{%s, %#lx, %#lx}", kind == 0 ? "ignore" : "handler", value[1], value[3]);
  return place(slot, value, sizeof value);
}
static word action_out(int slot) {
  if (below(2)) {
    say("NULL");
    return 0;
  }
  return out_pointer(slot);
}
static void show_action(const word args[6], long result) {
  uint64_t value[4];
  if (result != 0 || !is_readable(args[2], sizeof value)) return;
  memcpy(value, (const void *)args[2], sizeof value);
  say(" handler %d flags %#lx mask %#lx", value[0] > 1 ? 2 : (int)value[0], value[1], value[3]);
}
static word set_or_null(int slot) {
  if (below(4) == 0) {
    say("NULL");
    return 0;
  }
  return signal_set(slot);
}
static void show_mask(const word args[6], long result) {
  if (result == 0 && args[2] != 0) show_hash("mask", args[2], 8);
}
static void show_pending(const word args[6], long result) {
  if (result == 0) show_hash("pending", args[0], args[1] > 8 ? 8 : args[1]);
}
static word info(int slot) {
  static const int codes[] = {-1, -1, -6, 0, 0x80, -2, 1};
  int value[32] = {0};
  value[0] = below(2) ? 10 : 34;
  value[2] = ONE_OF(codes);
  say("{%d, code %d}", value[0], value[2]);
  return place(slot, value, sizeof value);
}
static void show_info(const word args[6], long result) {
  if (result <= 0 || args[1] == 0) return;
  show_int("signo", args[1]);
  show_int("code", args[1] + 8);
}
static word stack(int slot) {
  struct {
    word sp;
    int flags, pad;
    word size;
  } value = {SLOT(7), 0, 0, 8192};
  static const int flags[] = {0, 0, SS_DISABLE, SS_ONSTACK, 1 << 30, (int)(1u << 31), 77};
  static const word sizes[] = {8192, 8192, 2048, 2047, 0, 1000, -1};
  if (below(4) == 0) {
    say("NULL");
    return 0;
  }
  value.flags = ONE_OF(flags);
  value.size = ONE_OF(sizes);
  say("{%#x, %ld}", value.flags, (long)value.size);
  return place(slot, &value, sizeof value);
}
static void show_stack(const word args[6], long result) {
  if (result != 0 || args[1] == 0) return;
  show_int("flags", args[1] + 8);
  show_int("size", args[1] + 16);
}
static word pidfd(int slot) {
  (void)slot;
  if (below(4) == 0) return any_fd(slot);
  say("27");
  return 27;
}
/* 18, 23 and 28 do nothing to the child. */
VALUES(child_signal, 0, 18, 23, 28, 65, -1)
static word info_or_null(int slot) {
  if (below(2)) {
    say("NULL");
    return 0;
  }
  return info(slot);
}
static word self(int slot) {
  (void)slot;
  if (below(4) == 0) return pid(slot);
  say("self");
  return syscall(SYS_getpid);
}
VALUES(signal_flags, 0, 0, 0, 1, 2, 4, 7, -1)

static const struct call CALLS[] = {
    {"rt_sigaction", SYS_rt_sigaction, 0, {action_number, action, action_out, sigset_size}, show_action},
    {"rt_sigprocmask", SYS_rt_sigprocmask, 0, {mask_how, set_or_null, out_pointer, sigset_size}, show_mask},
    {"rt_sigprocmask", SYS_rt_sigprocmask, 0, {mask_how, set_or_null, out_pointer, sigset_size}, show_mask},
    {"rt_sigpending", SYS_rt_sigpending, 0, {out_pointer, sigset_size}, show_pending},
    {"rt_sigtimedwait", SYS_rt_sigtimedwait, 1, {signal_set, out_pointer, timespec_short, sigset_size}, show_info},
    {"rt_sigtimedwait", SYS_rt_sigtimedwait, 1, {signal_set, out_pointer, timespec_short, sigset_size}, show_info},
    {"rt_sigsuspend", SYS_rt_sigsuspend, 1, {signal_set, sigset_size}, NULL},
    {"rt_sigqueueinfo", SYS_rt_sigqueueinfo, 0, {self, signal_number, info}, NULL},
    {"rt_tgsigqueueinfo", SYS_rt_tgsigqueueinfo, 0, {self, self, signal_number, info}, NULL},
    {"kill", SYS_kill, 0, {self, signal_number}, NULL},
    {"tkill", SYS_tkill, 0, {self, signal_number}, NULL},
    {"tgkill", SYS_tgkill, 0, {self, tid, signal_number}, NULL},
    {"sigaltstack", SYS_sigaltstack, 0, {stack, action_out}, show_stack},
    {"pidfd_send_signal", SYS_pidfd_send_signal, 0, {pidfd, child_signal, info_or_null, signal_flags}, NULL},
    {"pause", SYS_pause, 1, {0}, NULL},
    {"alarm", SYS_alarm, 0, {zero}, NULL},
};

const struct family signals_family = {"signals", CALLS, sizeof CALLS / sizeof *CALLS};
