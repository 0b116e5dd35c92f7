/* execve(2): what it refuses. */
#include "../check.h"

static char *args[] = {"x", NULL};

static void attempt(const char *title, const char *path) {
  fflush(stdout);
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    execve(path, args, NULL);
    printf("%s: %s\n", title, strerrorname_np(errno));
    _exit(0);
  }
  waitpid(pid, &status, 0);
  if (status != 0) show_status(title, status);
}

static void file(const char *title, const char *bytes, size_t size, mode_t mode) {
  int fd = open("file", O_WRONLY | O_CREAT | O_TRUNC, 0755);
  if (write(fd, bytes, size) != (ssize_t)size) perror("write");
  fchmod(fd, mode);
  close(fd);
  attempt(title, "./file");
  unlink("file");
}

int main(void) {
  attempt("missing", "/nonexistent");
  attempt("directory", "/tmp");
  attempt("below a file", "/etc/passwd/x");
  attempt("empty path", "");
  attempt("bad pointer", BAD);
  attempt("device", "/dev/null");
  file("not executable", "#!/bin/true\n", 12, 0644);
  file("empty", "", 0, 0755);
  file("text", "garbage\n", 8, 0755);
  file("ELF magic only", "\177ELF", 4, 0755);
  char header[64] = "\177ELF\2\1\1";
  header[16] = 2;
  header[18] = 62;
  file("no program headers", header, 64, 0755);
  header[18] = 40;
  file("Arm", header, 64, 0755);
  file("#! and nothing", "#!\n", 3, 0755);
  file("#! of blanks", "#!   \n", 6, 0755);
  file("#! missing", "#!/nonexistent\n", 15, 0755);
  file("#! itself", "#!./file\n", 9, 0755);
  char big[600];
  memset(big, 'x', sizeof big);
  memcpy(big, "#!/", 3);
  file("#! too long", big, sizeof big, 0755);
  CALL(symlink("loop", "loop"));
  attempt("loop", "loop");
  char *bad[] = {BAD, NULL};
  CALL(execve("/bin/true", bad, NULL));
  CALL(execve("/bin/true", BAD, NULL));
  char *huge = malloc(200001), *long_args[] = {huge, NULL};
  memset(huge, 'a', 200000);
  huge[200000] = 0;
  CALL(execve("/bin/true", long_args, NULL));
  return 0;
}
