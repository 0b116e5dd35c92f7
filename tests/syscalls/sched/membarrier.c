/* membarrier(2): what must be registered first, and what is registered then. */
#include "../check.h"
#include <linux/membarrier.h>

static long barrier(int command, unsigned flags) { return syscall(SYS_membarrier, command, flags, 0); }
static void show_registrations(void) {
#ifdef MEMBARRIER_CMD_GET_REGISTRATIONS
  printf("registered %lx\n", barrier(MEMBARRIER_CMD_GET_REGISTRATIONS, 0));
#else
  printf("registered %lx\n", barrier(1 << 9, 0));
#endif
}

int main(void) {
  printf("known %lx\n", barrier(MEMBARRIER_CMD_QUERY, 0) & 0x1ff);
  CALL(barrier(MEMBARRIER_CMD_QUERY, 1));
  CALL(barrier(MEMBARRIER_CMD_GLOBAL, 0));
  CALL(barrier(MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0));
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0));
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0));
  show_registrations();
  CALL(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0));
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0));
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0));
  show_registrations();
  CALL(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0));
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0));
  CALL(barrier(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0));
  show_registrations();
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 0));
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 1));
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 2));
  CALL(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 1));
  CALL(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, 0));
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 0));
  CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_RSEQ, 1));
  show_registrations();
  if (fork() == 0) {
    show_registrations();
    CALL(barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0));
    exit(0);
  }
  sleep_ms(200);
  CALL(barrier(1 << 20, 0));
  CALL(barrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 1));
}
