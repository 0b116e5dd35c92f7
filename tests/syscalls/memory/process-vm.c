/* process_vm_readv(2), process_vm_writev(2). */
#include "../check.h"
#include <sys/uio.h>

static char local[] = "the parent's";
static void body(void) {
  strcpy(local, "the child's");
  raise(SIGSTOP);
  printf("child has %s\n", local);
}

int main(void) {
  char buffer[32] = "";
  struct iovec to = {buffer, 12}, from = {local, 12};
  pid_t pid = start(body);
  waitpid(pid, NULL, WUNTRACED);
  CALL(process_vm_readv(pid, &to, 1, &from, 1, 0));
  printf("%s\n", buffer);
  strcpy(buffer, "written ....");
  CALL(process_vm_writev(pid, &to, 1, &from, 1, 0));
  from.iov_base = BAD;
  CALL(process_vm_readv(pid, &to, 1, &from, 1, 0));
  CALL(process_vm_readv(pid, &to, 1, &from, 1, 1));
  CALL(process_vm_readv(NO_PID, &to, 1, &from, 1, 0));
  kill(pid, SIGCONT);
  waitpid(pid, NULL, 0);
  return 0;
}
