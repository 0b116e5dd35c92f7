/* Waiting at semaphores: order, GETNCNT and GETZCNT, IPC_RMID, signals, timeouts. */
#include "../check.h"
#include <sys/sem.h>

static int id, out[2];

static void wait_for(int who, int op) {
  struct sembuf operation = {0, op, 0};
  int result = semop(id, &operation, 1);
  char line[40];
  int n = snprintf(line, sizeof line, "%d: %s\n", who, result ? strerrorname_np(errno) : "done");
  if (write(out[1], line, n) < 0) _exit(1);
}
static void one(void) { wait_for(1, -2); }
static void two(void) { wait_for(2, -1); }
static void three(void) { wait_for(3, 0); }
static void nothing(int signo) { (void)signo; }

static void settle(int down, int zero) {
  for (int i = 0; i < 2000; i++) {
    if (semctl(id, 0, GETNCNT) == down && semctl(id, 0, GETZCNT) == zero) break;
    usleep(1000);
  }
  printf("waiting: %d %d\n", semctl(id, 0, GETNCNT), semctl(id, 0, GETZCNT));
}

static void told(void) {
  char line[100] = "";
  usleep(30000);
  ssize_t n = read(out[0], line, sizeof line - 1);
  printf("%s", n > 0 ? line : "nobody\n");
}

int main(void) {
  if (pipe2(out, O_NONBLOCK)) return 1;
  id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
  start(one);
  settle(1, 0);
  start(two);
  settle(2, 0);
  CALL(semctl(id, 0, SETVAL, 1)); /* Enough for the second only. */
  told();
  settle(1, 0);
  CALL(semctl(id, 0, SETVAL, 1));
  told();
  start(three);
  settle(1, 1);
  CALL(semctl(id, 0, SETVAL, 2)); /* Down to zero, which is what the third waits for. */
  sleep_ms(50);
  char both[100] = "";
  CALL(read(out[0], both, sizeof both)); /* In either order. */
  settle(0, 0);
  start(two);
  settle(1, 0);
  CALL(semctl(id, 0, IPC_RMID));
  told();
  id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
  on_signal(SIGALRM, nothing, SA_RESTART);
  ualarm(20000, 0);
  struct sembuf down = {0, -1, 0};
  CALL(semop(id, &down, 1));
  struct timespec soon = {0, 20000000};
  CALL(semtimedop(id, &down, 1, &soon));
  settle(0, 0);
  while (wait(NULL) > 0) {
  }
  CALL(semctl(id, 0, IPC_RMID));
  return 0;
}
