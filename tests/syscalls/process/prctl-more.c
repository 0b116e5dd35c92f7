/* prctl(2): arguments that must be zero, dumpable, names of threads, timer slack, tsc, vma names, memory map. */
#include "../check.h"
#include <linux/prctl.h>
#include <pthread.h>
static pid_t tid;
static volatile int step;
static void *thread(void *arg) {
  char name[16];
  tid = gettid();
  prctl(PR_GET_NAME, name);
  printf("inherited %s\n", name);
  CALL(prctl(PR_GET_TIMERSLACK));
  CALL(prctl(PR_SET_NAME, "worker"));
  step = 1;
  while (step == 1) sleep_ms(1);
  return arg;
}
int main(void) {
  char text[64] = "", path[64];
  CALL(prctl(PR_SET_NAME, "main thread"));
  CALL(prctl(PR_SET_TIMERSLACK, 5000));
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL);
  while (step == 0) sleep_ms(1);
  snprintf(path, sizeof path, "/proc/self/task/%d/comm", tid);
  int fd = open(path, O_RDWR);
  CALL(read(fd, text, sizeof text));
  printf("%s", text);
  CALL(write(fd, "renamed by file and cut", 23));
  CALL(pread(fd, text, sizeof text, 0));
  printf("%.16s", text);
  step = 2;
  pthread_join(t, NULL);
  CALL(prctl(PR_SET_TIMERSLACK, 0));
  CALL(prctl(PR_GET_TIMERSLACK));
  CALL(prctl(PR_SET_DUMPABLE, 0));
  CALL(prctl(PR_GET_DUMPABLE));
  CALL(prctl(PR_SET_DUMPABLE, -1));
  CALL(prctl(PR_SET_PDEATHSIG, -1));
  CALL(prctl(PR_SET_PDEATHSIG, 0));
  CALL(prctl(PR_GET_TIMING));
  CALL(prctl(PR_SET_TIMING, 1));
  int tsc = 0;
  CALL(prctl(PR_GET_TSC, &tsc));
  CALL(tsc);
  CALL(prctl(PR_SET_TSC, 9));
  CALL(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 1));
  CALL(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 1));
  CALL(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
  CALL(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
  CALL(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0));
  CALL(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
  CALL(prctl(PR_MCE_KILL, 9, 0, 0, 0));
  CALL(prctl(PR_MCE_KILL_GET, 1, 0, 0, 0));
  CALL(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
  CALL(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 0));
  CALL(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
  CALL(prctl(PR_MCE_KILL, PR_MCE_KILL_SET, 9, 0, 0));
  CALL(prctl(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 1, 0, 0));
  CALL(prctl(PR_MCE_KILL, PR_MCE_KILL_CLEAR, 0, 0, 0));
  CALL(prctl(PR_MCE_KILL_GET, 0, 0, 0, 0));
  CALL(prctl(PR_GET_TID_ADDRESS, BAD));
  CALL(prctl(PR_SET_UNALIGN, 1));
  CALL(prctl(PR_GET_ENDIAN, &tsc));
  CALL(prctl(PR_SET_FPEMU, 1));
  CALL(prctl(-1));
  return 0;
}
