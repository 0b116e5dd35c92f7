/* sigaltstack(2) with SS_AUTODISARM: the stack is off while its handler runs, and back after it. */
#include "../check.h"
#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1U << 31)
#endif

static char first[65536], second[65536];
static int inside(const char *stack, void *p) { return (char *)p >= stack && (char *)p < stack + 65536; }
static void nested(int signo) {
  char local;
  (void)signo;
  printf("nested: first %d second %d\n", inside(first, &local), inside(second, &local));
}
static void handler(int signo) {
  char local;
  stack_t now;
  (void)signo;
  CALL(sigaltstack(NULL, &now));
  printf("first %d flags %x size %ld\n", inside(first, &local), now.ss_flags, (long)now.ss_size);
  stack_t other = {.ss_sp = second, .ss_size = sizeof second};
  CALL(sigaltstack(&other, NULL));
  raise(SIGUSR2);
}
int main(void) {
  stack_t s = {.ss_sp = first, .ss_size = sizeof first, .ss_flags = SS_AUTODISARM}, now;
  CALL(sigaltstack(&s, NULL));
  CALL(sigaltstack(NULL, &now));
  printf("flags %x\n", now.ss_flags);
  on_signal(SIGUSR1, handler, SA_ONSTACK);
  on_signal(SIGUSR2, nested, SA_ONSTACK);
  raise(SIGUSR1);
  CALL(sigaltstack(NULL, &now));
  printf("flags %x first %d\n", now.ss_flags, now.ss_sp == (void *)first);
  s.ss_flags = SS_AUTODISARM | SS_DISABLE;
  CALL(sigaltstack(&s, NULL));
  CALL(sigaltstack(NULL, &now));
  printf("flags %x sp %p\n", now.ss_flags, now.ss_sp);
  s.ss_flags = SS_AUTODISARM | 4;
  CALL(sigaltstack(&s, NULL));
  s.ss_flags = SS_ONSTACK;
  CALL(sigaltstack(&s, NULL));
  CALL(sigaltstack(NULL, &now));
  printf("flags %x\n", now.ss_flags);
  s.ss_size = 2047;
  CALL(sigaltstack(&s, NULL));
  return 0;
}
