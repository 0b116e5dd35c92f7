/* reboot(2) in a PID namespace ends that namespace, and its init seems to have died of a signal. */
#include "../check.h"
#include <linux/reboot.h>
#include <sched.h>

static unsigned command;

static long call(unsigned cmd) {
  return syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, cmd, NULL);
}

static void child(void) {
  call(command);
  printf("not reached\n");
}

static void parent(void) {
  pid_t pid = start(child);
  int status;
  waitpid(pid, &status, 0);
  pause();
}

static void errors(void) {
  CALL(getpid());
  CALL(syscall(SYS_reboot, 1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART, NULL));
  CALL(syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, 1, LINUX_REBOOT_CMD_RESTART, NULL));
  CALL(call(LINUX_REBOOT_CMD_CAD_ON));
  CALL(call(LINUX_REBOOT_CMD_CAD_OFF));
  CALL(call(12345));
  CALL(setresuid(1, 1, 1));
  CALL(call(LINUX_REBOOT_CMD_RESTART));
}

/* Runs `body` as the first process of a namespace. */
static void in_namespace(const char *who, void (*body)(void)) {
  fflush(stdout);
  pid_t pid = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, NULL, NULL, NULL, NULL);
  if (pid == 0) {
    body();
    _exit(0);
  }
  int status;
  waitpid(pid, &status, 0);
  show_status(who, status);
}

int main(void) {
  in_namespace("errors", errors);
  const unsigned commands[] = {LINUX_REBOOT_CMD_RESTART, LINUX_REBOOT_CMD_RESTART2, LINUX_REBOOT_CMD_HALT,
                               LINUX_REBOOT_CMD_POWER_OFF};
  for (int i = 0; i < 4; i++) {
    command = commands[i];
    in_namespace("init asks", child);
    in_namespace("another asks", parent);
  }
}
