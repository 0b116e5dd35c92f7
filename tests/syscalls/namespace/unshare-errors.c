/* unshare(2), setns(2), clone(2): combinations and callers that are refused. */
#include "namespaces.h"
#include <pthread.h>

static void without_privilege(void) {
  become(1000, 1000);
  CALL(unshare(CLONE_NEWNS));
  CALL(unshare(CLONE_NEWUTS));
  CALL(unshare(CLONE_NEWIPC));
  CALL(unshare(CLONE_NEWPID));
  CALL(unshare(CLONE_NEWNET));
  CALL(unshare(CLONE_NEWCGROUP));
  CALL(clone_process(CLONE_NEWPID));
  CALL(setns(open("/proc/self/ns/uts", O_RDONLY), 0));
  CALL(unshare(0));
}
static void *sleeper(void *arg) {
  pause();
  return arg;
}
static void with_threads(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, sleeper, NULL);
  CALL(unshare(CLONE_NEWUSER));
  CALL(unshare(CLONE_THREAD));
  CALL(unshare(CLONE_VM));
  CALL(unshare(CLONE_NEWUTS));
  CALL(unshare(CLONE_FS));
  CALL(setns(open("/proc/self/ns/user", O_RDONLY), 0));
}

int main(void) {
  CALL(unshare(0x1));
  CALL(unshare(CLONE_PTRACE));
  CALL(clone_process(CLONE_NEWUSER | CLONE_FS));
  CALL(clone_process(CLONE_NEWNS | CLONE_FS));
  CALL(clone_process(CLONE_NEWIPC | CLONE_SYSVSEM));
  CALL(clone_process(CLONE_NEWPID | CLONE_THREAD | CLONE_SIGHAND | CLONE_VM));
  CALL(setns(NO_FD, 0));
  CALL(setns(0, 0));
  int uts = open("/proc/self/ns/uts", O_RDONLY);
  CALL(setns(uts, CLONE_NEWIPC));
  CALL(setns(uts, CLONE_NEWUTS));
  CALL(setns(uts, 0));
  CALL(setns(open("/proc/self/ns/user", O_RDONLY), 0));
  CALL(setns(open("/proc/self/status", O_RDONLY), 0));
  run("a user", without_privilege);
  run("threads", with_threads);
  return 0;
}
