// Signal handlers: order, masks, siginfo of a fault, an alternate stack, longjmp out, EINTR, timers.
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile sig_atomic_t alarms, is_overflow, depth;

static void on_fault(int signo, siginfo_t *info, void *context) {
  (void)context;
  // Where a stack overflows is not the same everywhere: only that it does is.
  if (is_overflow) printf("overflow %d\n", signo);
  else printf("signal %d code %d at page offset %#lx\n", signo, info->si_code, (unsigned long)info->si_addr & 0xfff);
  siglongjmp(back, 1);
}

static void on_usr(int signo) { printf("usr %d\n", signo == SIGUSR1 ? 1 : 2); }
static void on_alarm(int signo) { (void)signo; alarms++; }

static void handle(int signo, void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(signo, &action, NULL);
}

static void recurse(volatile char *above) {
  volatile char frame[4096];
  frame[1] = above[0];
  if (depth++ >= 0) recurse(frame);
  above[0] = frame[1];
}

int main(void) {
  setvbuf(stdout, NULL, _IONBF, 0);
  stack_t stack = {.ss_sp = malloc(SIGSTKSZ + 65536), .ss_size = SIGSTKSZ + 65536};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGFPE, &action, NULL);
  sigaction(SIGILL, &action, NULL);

  char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (!sigsetjmp(back, 1)) page[0x123] = 1;
  munmap(page, 4096);
  if (!sigsetjmp(back, 1)) page[0x456] = 1;
  if (!sigsetjmp(back, 1)) {
    int eax = 1;
    __asm__ volatile("idivl %1" : "+a"(eax) : "r"(0), "d"(0));
  }
  if (!sigsetjmp(back, 1)) __asm__ volatile("ud2");
  if (!sigsetjmp(back, 1)) {
    char here = 0;
    is_overflow = 1;
    recurse(&here);
  }

  handle(SIGUSR1, on_usr, 0);
  handle(SIGUSR2, on_usr, 0);
  sigset_t both, none;
  sigemptyset(&none);
  sigemptyset(&both);
  sigaddset(&both, SIGUSR1);
  sigaddset(&both, SIGUSR2);
  sigprocmask(SIG_BLOCK, &both, NULL);
  raise(SIGUSR2);
  raise(SIGUSR1);
  printf("blocked\n");
  sigprocmask(SIG_SETMASK, &none, NULL);

  handle(SIGALRM, on_alarm, 0);
  struct itimerval soon = {.it_value = {.tv_usec = 20000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  int ends[2];
  if (pipe(ends) != 0) return 1;
  char byte;
  ssize_t n = read(ends[0], &byte, 1);
  printf("read %zd %s alarms %d\n", n, strerror(errno), (int)alarms);

  handle(SIGALRM, on_alarm, SA_RESTART);
  pid_t child = fork();
  if (child == 0) {
    usleep(60000);
    _exit(write(ends[1], "x", 1) == 1 ? 3 : 4);
  }
  setitimer(ITIMER_REAL, &soon, NULL);
  n = read(ends[0], &byte, 1);
  int status;
  waitpid(child, &status, 0);
  printf("restarted: read %zd alarms %d child %d\n", n, (int)alarms, WEXITSTATUS(status));
  fflush(stdout);
  signal(SIGSEGV, SIG_DFL);
  volatile char *volatile nowhere = (char *)8;
  *nowhere = 1;
  return 0;
}
