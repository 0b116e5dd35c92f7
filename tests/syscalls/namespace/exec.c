/* execve(2) in a user namespace: root there keeps its capabilities, others lose them. */
#include "namespaces.h"

int main(int argc, char **argv) {
  if (argc > 1) {
    printf("%s: uid %d, admin %d\n", argv[1], getuid(), capable(CAP_SYS_ADMIN));
    return 0;
  }
  for (int mapped = 0; mapped < 3; mapped++) {
    pid_t pid = fork();
    if (pid == 0) {
      become(1000, 1000);
      CALL(unshare(CLONE_NEWUSER));
      if (mapped == 1) put_text("/proc/self/uid_map", "0 1000 1");
      if (mapped == 2) put_text("/proc/self/uid_map", "7 1000 1");
      CALL(capable(CAP_SYS_ADMIN));
      execl("/proc/self/exe", "x", (const char *[]){"unmapped", "as root", "as another"}[mapped], NULL);
      _exit(1);
    }
    waitpid(pid, NULL, 0);
  }
  return 0;
}
