/*
 * What every program of this suite begins with. A program prints lines, one per call, and the lines may depend on
 * nothing but Linux: no process ids, addresses, times, inode numbers, and nothing of the filesystem below.
 * It starts in an empty directory of its own.
 */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* An address in the page that is never mapped. */
static void *volatile check_bad __attribute__((unused)) = (void *)8;
#define BAD check_bad
/* A process id above pid_max, and a descriptor that nothing has. */
#define NO_PID 99999999
#define NO_FD 777

/* Prints the call and what it gave: a number, or the errno's name. */
#define CALL(x) (errno = 0, check_show(#x, (long)(x), 1))
/* The same for calls that give a number which differs from run to run. */
#define DONE(x) (errno = 0, check_show(#x, (long)(x), 0))

static inline long check_show(const char *text, long result, int number) {
  int error = errno;
  if (result == -1 && error != 0) printf("%s = -1 %s\n", text, strerrorname_np(error));
  else if (number) printf("%s = %ld\n", text, result);
  else printf("%s ok\n", text);
  return result;
}

/* Prints a wait status. */
static inline void show_status(const char *who, int status) {
  if (WIFEXITED(status)) printf("%s: exit %d\n", who, WEXITSTATUS(status));
  else if (WIFSIGNALED(status))
    printf("%s: killed by %s%s\n", who, sigabbrev_np(WTERMSIG(status)),
           WCOREDUMP(status) ? ", core" : "");
  else if (WIFSTOPPED(status)) printf("%s: stopped by %s\n", who, sigabbrev_np(WSTOPSIG(status)));
  else if (WIFCONTINUED(status)) printf("%s: continued\n", who);
  else printf("%s: status %x\n", who, status);
}

static inline pid_t start(void (*body)(void)) {
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* Nothing is left when a program fails. */
    body();
    _exit(0);
  }
  return pid;
}

/* Runs `body` in a child and prints how it ended. */
static inline void run(const char *who, void (*body)(void)) {
  int status;
  waitpid(start(body), &status, 0);
  show_status(who, status);
}

static inline void sleep_ms(int ms) {
  struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
  while (nanosleep(&t, &t) == -1 && errno == EINTR) {
  }
}

/* A file with these contents. */
static inline void put(const char *name, const char *text) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (write(fd, text, strlen(text)) < 0) perror(name);
  close(fd);
}

static inline void on_signal(int signo, void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(signo, &action, NULL);
}

/* Output comes line by line, also from children; nothing runs longer than this. */
__attribute__((constructor)) static void check_start(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  umask(022);
  alarm(30);
}

#endif
