/* A set-user-ID program on a nosuid mount runs as who called it. */
#include "mounts.h"

static int effective(const char *path) {
  int status;
  if (fork() == 0) {
    if (setgid(1000) || setuid(1000)) _exit(99);
    execl(path, path, "who", NULL);
    _exit(98);
  }
  wait(&status);
  return WEXITSTATUS(status);
}

int main(int argc, char **argv) {
  if (argc > 1) return geteuid() == 1000 ? 1 : 0;
  (void)argv;
  char self[300];
  ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
  self[n] = 0;
  private_mounts();
  mkdir("d", 0755);
  mount("x", "d", "tmpfs", 0, "mode=755");
  int in = open(self, O_RDONLY), out = open("d/me", O_WRONLY | O_CREAT, 0755);
  struct stat st;
  fstat(in, &st);
  if (in < 0 || syscall(SYS_sendfile, out, in, NULL, st.st_size) != st.st_size) return 1;
  close(out);
  CALL(chmod("d/me", 04755));
  CALL(effective("d/me"));
  CALL(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND | MS_NOSUID, NULL));
  CALL(effective("d/me"));
  CALL(mount(NULL, "d", NULL, MS_REMOUNT | MS_BIND | MS_NOEXEC, NULL));
  CALL(effective("d/me"));
  return 0;
}
