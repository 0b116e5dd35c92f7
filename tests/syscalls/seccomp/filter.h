/* Filters for seccomp(2): on one call, an action; everything else is allowed. */
#include "../check.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, value)

static inline long install(struct sock_filter *program, int length, int flags) {
  struct sock_fprog filter = {.len = length, .filter = program};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}
static inline long on_call_flags(int nr, unsigned action, int flags) {
  struct sock_filter program[] = {LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), ANSWER(action),
                                  ANSWER(SECCOMP_RET_ALLOW)};
  return install(program, 4, flags);
}
static inline long on_call(int nr, unsigned action) { return on_call_flags(nr, action, 0); }
