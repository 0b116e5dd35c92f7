/* rseq(2): registration; sequences that signals and other tasks interrupt begin again; what is wrong with them. */
#include "../check.h"
#include <linux/rseq.h>
#include <sched.h>
#include <sys/rseq.h>
#include <sys/time.h>
#include <sys/ucontext.h>
#undef RSEQ_SIG
#define SIG 0x53053053u

static struct rseq area __attribute__((aligned(32)));
static struct rseq other __attribute__((aligned(32)));
static struct rseq_cs section __attribute__((aligned(32)));

static long rseq(void *at, unsigned len, int flags, unsigned sig) { return syscall(SYS_rseq, at, len, flags, sig); }

/* The C library has registered its own. */
static void drop_the_librarys(void) {
  char *thread = __builtin_thread_pointer();
  CALL(rseq(thread + __rseq_offset, 32, RSEQ_FLAG_UNREGISTER, SIG));
}

static void registration(void) {
  CALL(rseq(&area, 32, RSEQ_FLAG_UNREGISTER, SIG));
  CALL(rseq(&area, 32, 2, SIG));
  CALL(rseq((char *)&area + 8, 32, 0, SIG));
  CALL(rseq(&area, 16, 0, SIG));
  CALL(rseq(&area, 31, 0, SIG));
  CALL(rseq((void *)0xffff888000000000, 32, 0, SIG));
  /* What it names is forgotten. */
  area.rseq_cs = 8;
  area.cpu_id_start = 77, area.cpu_id = RSEQ_CPU_ID_UNINITIALIZED;
  CALL(rseq(&area, 32, 0, SIG));
  printf("a processor: %d, a sequence: %d\n", area.cpu_id < 10000 && area.cpu_id == area.cpu_id_start, area.rseq_cs != 0);
  CALL(rseq(&area, 32, 0, SIG));
  CALL(rseq(&area, 32, 0, SIG + 1));
  CALL(rseq(&area, 64, 0, SIG));
  CALL(rseq(&other, 32, 0, SIG));
  CALL(rseq(&area, 32, RSEQ_FLAG_UNREGISTER | 2, SIG));
  CALL(rseq(&area, 32, RSEQ_FLAG_UNREGISTER, SIG + 1));
  CALL(rseq(&other, 32, RSEQ_FLAG_UNREGISTER, SIG));
  CALL(rseq(&area, 64, RSEQ_FLAG_UNREGISTER, SIG));
  CALL(rseq(&area, 32, RSEQ_FLAG_UNREGISTER, SIG));
  printf("%u %d\n", area.cpu_id_start, (int)area.cpu_id);
  CALL(rseq(&area, 32, 0, SIG));
}

extern char begin_at[], end_at[], abort_at[];

/* Loops in its sequence until something aborts it. */
static void __attribute__((noinline)) loop(void) {
  __asm__ volatile("lea %[section], %%rax\n\t"
                   "mov %%rax, %[field]\n"
                   "begin_at:\n\t"
                   "pause\n\t"
                   "jmp begin_at\n"
                   "end_at:\n\t"
                   ".byte 0x0f, 0xb9, 0x3d\n\t"
                   ".long 0x53053053\n"
                   "abort_at:\n\t"
                   : [field] "=m"(area.rseq_cs)
                   : [section] "m"(section)
                   : "rax", "memory");
}

static void describe(void) {
  section.version = section.flags = 0;
  section.start_ip = (uintptr_t)begin_at;
  section.post_commit_offset = end_at - begin_at;
  section.abort_ip = (uintptr_t)abort_at;
  area.flags = 0;
}

static volatile int seen;
static void on_alarm(int signo, siginfo_t *info, void *context) {
  ucontext_t *user = context;
  (void)signo, (void)info;
  seen = (char *)user->uc_mcontext.gregs[REG_RIP] == abort_at;
}
static void on_usr1(int signo) { (void)signo; }

static void by_signal(void) {
  struct itimerval soon = {{0, 0}, {0, 20000}};
  struct sigaction action = {.sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO};
  sigaction(SIGALRM, &action, NULL);
  describe();
  /* Now and then another task comes first. */
  while (!seen) {
    setitimer(ITIMER_REAL, &soon, NULL);
    loop();
  }
  printf("aborted, as the handler has seen; no sequence any more: %d\n", area.rseq_cs == 0);
}

static void by_another(void) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof one, &one);
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
    }
  }
  describe();
  loop();
  printf("aborted, no sequence any more: %d\n", area.rseq_cs == 0);
  kill(child, SIGKILL);
  waitpid(child, NULL, 0);
}

/* A signal that comes outside of the sequence. */
static void outside(void) {
  describe();
  area.rseq_cs = (uintptr_t)&section;
  CALL(raise(SIGUSR1));
  printf("no sequence any more: %d\n", area.rseq_cs == 0);
  area.rseq_cs = (uintptr_t)&section;
  area.cpu_id_start = area.cpu_id = 5555;
  sleep_ms(5);
  printf("no sequence any more: %d, a processor: %d\n", area.rseq_cs == 0, area.cpu_id < 5555);
  section.flags = 7;
  area.rseq_cs = (uintptr_t)&section;
  CALL(raise(SIGUSR1));
}

static void in_child(void) {
  CALL(rseq(&area, 32, 0, SIG));
  CALL(rseq(&area, 32, RSEQ_FLAG_UNREGISTER, SIG));
}

static void signal_with(void *at) {
  area.rseq_cs = (uintptr_t)at;
  raise(SIGUSR1);
  printf("goes on\n");
}
static void bad_address(void) { signal_with(BAD); }
static void kernel_address(void) { signal_with((void *)0xffff888000000000); }
static void other_version(void) { section.version = 1, signal_with(&section); }
static void wrong_signature(void) { section.abort_ip += 1, signal_with(&section); }
static void abort_inside(void) { section.abort_ip = section.start_ip + 1, signal_with(&section); }
static void kernel_start(void) { section.start_ip = 0xffff888000000000, signal_with(&section); }
static void too_long(void) { section.post_commit_offset = 1ul << 47, signal_with(&section); }
static void flagged(void) {
  struct itimerval soon = {{0, 0}, {0, 20000}};
  section.flags = RSEQ_CS_FLAG_NO_RESTART_ON_SIGNAL;
  setitimer(ITIMER_REAL, &soon, NULL);
  loop();
  printf("goes on\n");
}
static void memory_gone(void) {
  void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  rseq(&area, 32, RSEQ_FLAG_UNREGISTER, SIG);
  CALL(rseq(page, 32, 0, SIG));
  fflush(stdout);
  munmap(page, 4096);
  sleep_ms(5);
  printf("goes on\n");
}
static void never_there(void) {
  void *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  rseq(&area, 32, RSEQ_FLAG_UNREGISTER, SIG);
  CALL(rseq(page, 32, 0, SIG));
}

static void check_bad_ones(void) {
  static void (*const bad[])(void) = {bad_address, kernel_address, other_version, wrong_signature, abort_inside,
                                      kernel_start, too_long,      flagged,       memory_gone,     never_there};
  static const char *const names[] = {"bad address",  "kernel address", "other version", "wrong signature", "abort inside",
                                      "kernel start", "too long",       "flagged",       "memory gone",     "never there"};
  describe();
  for (int i = 0; i < 10; i++) run(names[i], bad[i]);
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  signal(SIGUSR1, on_usr1);
  drop_the_librarys();
  registration();
  by_signal();
  by_another();
  outside();
  run("a child has it", in_child);
  check_bad_ones();
  return 0;
}
