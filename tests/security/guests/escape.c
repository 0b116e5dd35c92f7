/* `escape FOLDER SECRET`: ways out of a folder of the host's that may be written. Prints what of the secret it could read. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static const char *secret;
static int leaks;

static void try(const char *path) {
  char text[100];
  int fd = open(path, O_RDONLY);
  if (fd < 0) return;
  long n = read(fd, text, sizeof text);
  if (n > 0 && memmem(text, n, "SECRET", 6) != NULL) leaks++, printf("leak: %s\n", path);
  close(fd);
}

int main(int argc, char **argv) {
  char up[8192] = "", link_to[8192];
  if (argc < 3) return 2;
  secret = argv[2];
  if (chdir(argv[1]) != 0) return 3;
  for (int i = 0; i < 40; i++) {
    strcat(up, "../");
    snprintf(link_to, sizeof link_to, "%s%s", up, secret + 1);
    try(link_to);
  }
  if (symlink(secret, "absolute") != 0) printf("symlink: %s\n", strerrorname_np(errno));
  if (symlink(link_to, "relative") != 0) printf("symlink: %s\n", strerrorname_np(errno));
  try("absolute");
  try("relative");
  try("planted");       /* a symlink that the host side has put here: -> SECRET */
  try("planted-dir/secret"); /* -> the secret's folder */
  printf("link: %s\n", link("planted", "hard") == 0 ? "ok" : strerrorname_np(errno));
  try("hard");
  /* A folder that changes places with a link while it is walked. */
  mkdir("a", 0700), mkdir("a/x", 0700);
  pid_t racer = fork();
  if (racer == 0)
    for (;;) {
      rename("a", "b"), rename("planted-dir", "a"), rename("a", "planted-dir"), rename("b", "a");
    }
  for (int i = 0; i < 3000; i++) try("a/secret"), try("a/x/../secret"), try("a/x/../../planted");
  kill(racer, SIGKILL);
  wait(NULL);
  int root = open(".", O_RDONLY | O_DIRECTORY);
  mkdir("jail", 0700);
  if (chroot("jail") == 0) {
    if (fchdir(root) == 0) try("planted"), try("../../../../../../../../../../etc/kernelet-secret");
    printf("%d\n", chroot(".") == 0);
  }
  printf("%d leaks\n", leaks);
  return leaks != 0;
}
