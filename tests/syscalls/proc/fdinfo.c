/* /proc/self/fdinfo of files, pipes, eventfd, epoll, timerfd, signalfd, inotify and pidfd. */
#include "proc.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static void show_info(const char *what, int fd) {
  char path[50];
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  char *text = slurp(path);
  printf("%s\n", what);
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
    if (!strncmp(line, "mnt_id", 6) || !strncmp(line, "ino", 3)) printf("  %.*s\n", (int)strcspn(line, ":"), line);
    else if (strncmp(line, "eventfd-id", 10)) printf("  %s\n", line);
}

int main(void) {
  int fd = open("file", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (write(fd, "12345", 5) != 5) return 1;
  show_info("file", fd);
  int event = eventfd(7, EFD_NONBLOCK | EFD_SEMAPHORE);
  show_info("path", open("file", O_PATH));
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigaddset(&set, SIGRTMIN);
  show_info("signalfd", signalfd(-1, &set, 0));
  show_info("directory", open(".", O_RDONLY | O_DIRECTORY));
  (void)event;
  return 0;
}
