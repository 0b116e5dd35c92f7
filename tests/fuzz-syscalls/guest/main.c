/*
 * Reads lines: `SEED COUNT FAMILY UID CAPABILITIES STEPS`, where STEPS is "all" or numbers with commas; runs each in a process
 * and a file system of its own; answers with the steps' lines, how the process ended, and a line "=".
 */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "inet.h"
#include "log.h"

static const struct family *const FAMILIES[] = {
    &files_family,  &paths_family,   &pipes_family,    &sockets_family, &waiting_family,
    &memory_family, &signals_family, &identity_family, &time_family,    &process_family,
};
#define FAMILY_COUNT (sizeof FAMILIES / sizeof *FAMILIES)

/* Long enough for any sequence on a slow machine. */
#define SEQUENCE_SECONDS 60

/* Where the file system of a sequence is mounted. */
static const char *world;

/* The others do not draw from it: its descriptors are there for its own sequences only. */
static int is_inet(const char *family) { return strcmp(family, inet_family.name) == 0; }

/* A sequence of one family draws some calls from the others. */
static const struct call *choose(const char *family) {
  const struct family *from = FAMILIES[below(FAMILY_COUNT)];
  if (is_inet(family) && below(6) > 0) from = &inet_family;
  for (unsigned i = 0; i < FAMILY_COUNT; i++)
    if (strcmp(FAMILIES[i]->name, family) == 0 && below(6) > 0) from = FAMILIES[i];
  return &from->calls[below(from->count)];
}

/* Numbers of processes are another kernel's affair. */
static int gives_pid(int nr) {
  return nr == SYS_getpid || nr == SYS_gettid || nr == SYS_getpgid || nr == SYS_getsid || nr == SYS_wait4;
}

/* What root may do depends on the capabilities that this machine's root was given: both sides get those. */
static void keep_capabilities(uint64_t kept) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  for (int cap = 0; cap <= 40; cap++)
    if (!(kept >> cap & 1)) prctl(PR_CAPBSET_DROP, cap);
  syscall(SYS_capget, &header, data);
  for (int i = 0; i < 2; i++) {
    unsigned mask = (unsigned)(kept >> 32 * i);
    data[i].effective &= mask, data[i].permitted &= mask, data[i].inheritable &= mask;
  }
  syscall(SYS_capset, &header, data);
}

static void step(uint64_t seed, unsigned number, const char *family) {
  word args[6] = {0};
  seed_step(seed, number);
  const struct call *call = choose(family);
  say("%u %s(", number, call->name);
  for (int i = 0; i < 6 && call->args[i] != NULL; i++) {
    if (i > 0) say(", ");
    args[i] = call->args[i](i);
  }
  say(")");
  if (has_no_like(call->nr, args)) {
    say(" is not made\n");
    return;
  }
  if (call->waits) watch(1);
  errno = 0;
  long result = syscall(call->nr, args[0], args[1], args[2], args[3], args[4], args[5]);
  int error = errno;
  if (call->waits) watch(0);
  if (result == -1 && error != 0) say(" = %s", strerrorname_np(error) ? strerrorname_np(error) : "?");
  else if (call->show == show_addr) {
    /* A place that was asked for; others are the kernel's own choice. */
    int is_asked = call->nr == SYS_mremap && (args[3] & MREMAP_FIXED);
    if ((word)result == args[0] || (is_asked && (word)result == args[4])) say(" = arena+%#lx", result - ARENA);
    else {
      say(" = an address");
      /* It might lie in the arena's holes, on one kernel and not on the other. */
      munmap((void *)result, call->nr == SYS_mremap ? args[2] : args[1]);
    }
  } else if (gives_pid(call->nr) && result == child_pid) say(" = child");
  else if (gives_pid(call->nr) && result == getpid()) say(" = self");
  /* Which of two is first depends on where the kernel put them. */
  else if (call->nr == SYS_kcmp && (result == 1 || result == 2)) say(" = other");
  else if (call->nr == SYS_times) say(" = ticks");
  else if (call->nr == SYS_alarm && result > 0) say(" = seconds that are left");
  else say(" = %ld", result);
  if (call->show != NULL) call->show(args, result);
  say("\n");
}

static void run_steps(uint64_t seed, unsigned count, const char *family, char *steps) {
  if (strcmp(steps, "all") == 0) {
    for (unsigned i = 0; i < count; i++) step(seed, i, family);
    return;
  }
  for (char *number = strtok(steps, ","); number != NULL; number = strtok(NULL, ","))
    step(seed, strtoul(number, NULL, 10), family);
}

static void sequence(uint64_t seed, unsigned count, const char *family, unsigned uid, char *steps) {
  /* Death of the parent, or of the whole, takes the process along. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  setsid();
  if (chdir(world) != 0 || chroot(".") != 0 || chdir("/") != 0) {
    say("setup: chroot: %s\n", strerrorname_np(errno));
    _exit(9);
  }
  make_world();
  if (is_inet(family)) enter_network();
  if (setgroups(0, NULL) != 0) _exit(9);
  if (uid != 0 && ( setresgid(uid, uid, uid) != 0 || setresuid(uid, uid, uid) != 0)) _exit(9);
  prctl(PR_SET_DUMPABLE, 1);
  enter_world();
  if (is_inet(family)) open_inet();
  umask(022);
  run_steps(seed, count, family, steps);
  _exit(0);
}

static pid_t running;
static void too_long(int signo) {
  (void)signo;
  kill(running, SIGKILL);
}

/* Whatever signal comes. */
static int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) == -1 && errno == EINTR) {
  }
  return status;
}

/* And takes its zombie: that would be among the processes of its user in the next sequence. */
static void end_child(void) {
  if (fuzz_log->child <= 0) return;
  kill(fuzz_log->child, SIGKILL);
  wait_for(fuzz_log->child);
}

static void answer(char *line) {
  static char family[32], steps[1 << 20];
  unsigned long seed, capabilities;
  unsigned count, uid;
  fuzz_log->used = 0;
  fuzz_log->child = 0;
  if (sscanf(line, "%lu %u %31s %u %lx %1048575s", &seed, &count, family, &uid, &capabilities, steps) != 6) return;
  if (mount("fuzz", world, "tmpfs", MS_NODEV | MS_NOSUID, "mode=777,size=64m") != 0)
    say("setup: mount: %s\n", strerrorname_np(errno));
  fflush(stdout);
  /* setpriority and ioprio_set for all processes of a user have reached this one. */
  setpriority(PRIO_PROCESS, 0, 0);
  syscall(SYS_ioprio_set, 1, 0, 0);
  /* This one too: a target with more capabilities than the caller refuses some calls. */
  keep_capabilities(capabilities);
  running = fork();
  if (running == 0) sequence(seed, count, family, uid, steps);
  alarm(SEQUENCE_SECONDS);
  const int status = wait_for(running);
  alarm(0);
  end_child();
  umount2(world, MNT_DETACH);
  while (waitpid(-1, NULL, WNOHANG) > 0) {
  }
  fwrite(fuzz_log->text, 1, fuzz_log->used, stdout);
  if (WIFSIGNALED(status)) printf("\nended by %s\n", sigabbrev_np(WTERMSIG(status)));
  else printf("ended with %d\n", WEXITSTATUS(status));
  printf("=\n");
  fflush(stdout);
}

int main(int argc, char **argv) {
  static char line[1 << 21];
  struct sigaction action = {.sa_handler = too_long};
  sigaction(SIGALRM, &action, NULL);
  /* A sequence's child outlives its parent. */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  fuzz_log = mmap(NULL, sizeof *fuzz_log, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  world = argc > 1 ? argv[1] : "/tmp/world";
  mkdir(world, 0755);
  while (fgets(line, sizeof line, stdin) != NULL) answer(line);
  return 0;
}
