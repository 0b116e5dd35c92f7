/* timer_create(2) and its kin. */
#include "../check.h"

static volatile int count, code, value;
static void note(int signo, siginfo_t *info, void *context) {
  (void)signo, (void)context;
  count++;
  code = info->si_code;
  value = info->si_int;
}

int main(void) {
  struct sigevent event = {.sigev_signo = 99};
  int id = -1;
  CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
  event.sigev_signo = SIGUSR1;
  event.sigev_notify = 17;
  CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
  event.sigev_notify = SIGEV_NONE;
  CALL(syscall(SYS_timer_create, 99, &event, &id));
  CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, BAD, &id));
  CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, BAD));
  CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &id));
  struct itimerspec when = {{0, 0}, {0, 2000000000}};
  CALL(syscall(SYS_timer_settime, id, 0, &when, NULL));
  CALL(syscall(SYS_timer_settime, id, 0, NULL, NULL));
  when.it_value.tv_nsec = 0;
  CALL(syscall(SYS_timer_settime, 9999, 0, &when, NULL));
  CALL(syscall(SYS_timer_gettime, 9999, &when));
  CALL(syscall(SYS_timer_gettime, id, BAD));
  CALL(syscall(SYS_timer_getoverrun, id));
  CALL(syscall(SYS_timer_getoverrun, 9999));
  CALL(syscall(SYS_timer_delete, id));
  CALL(syscall(SYS_timer_delete, id));

  struct sigaction action = {.sa_sigaction = note, .sa_flags = SA_SIGINFO};
  sigaction(SIGUSR1, &action, NULL);
  timer_t timer;
  event = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  event.sigev_value.sival_int = 42;
  timer_create(CLOCK_MONOTONIC, &event, &timer);
  when = (struct itimerspec){{0, 0}, {0, 10000000}};
  timer_settime(timer, 0, &when, NULL);
  while (count == 0) pause();
  printf("timer code %d value %d\n", code, value);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  when = (struct itimerspec){{0, 5000000}, {0, 5000000}};
  timer_settime(timer, 0, &when, NULL);
  sleep_ms(100);
  siginfo_t info;
  sigwaitinfo(&set, &info);
  printf("overruns %d %d\n", info.si_overrun >= 5, timer_getoverrun(timer) >= 5);
  return 0;
}
