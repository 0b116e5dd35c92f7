/* /proc/self/task: threads, their names, and children. */
#include "proc.h"
#include <dirent.h>
#include <pthread.h>

static int count(const char *name) {
  DIR *dir = opendir(name);
  int n = 0;
  if (!dir) return -1;
  for (struct dirent *entry; (entry = readdir(dir));) n += entry->d_name[0] != '.';
  closedir(dir);
  return n;
}

static volatile int tid;
static void *thread(void *arg) {
  prctl(PR_SET_NAME, "worker");
  tid = syscall(SYS_gettid);
  for (;;) pause();
  return arg;
}

int main(void) {
  struct stat st;
  CALL(count("/proc/self/task"));
  pthread_t id;
  pthread_create(&id, NULL, thread, NULL);
  while (tid == 0) sleep_ms(1);
  CALL(count("/proc/self/task"));
  stat("/proc/self/task", &st);
  CALL((int)st.st_nlink);
  char path[60];
  snprintf(path, sizeof path, "/proc/self/task/%d/comm", tid);
  printf("%s", slurp(path));
  snprintf(path, sizeof path, "/proc/%d/comm", tid);
  printf("%s", slurp(path));
  snprintf(path, sizeof path, "/proc/%d/status", tid);
  char *text = slurp(path);
  CALL(atoi(field(text, "Tgid:")) == getpid());
  CALL(atoi(field(text, "Pid:")) == tid);
  snprintf(path, sizeof path, "/proc/self/task/%d", getppid());
  CALL(access(path, F_OK));
  CALL(access("/proc/thread-self/comm", F_OK));
  char link[60];
  ssize_t n = readlink("/proc/thread-self", link, sizeof link - 1);
  link[n] = 0;
  show_shape("thread-self", link);
  CALL(access("/proc/self/task/0", F_OK));
  CALL(access("/proc/self/task/nosuch", F_OK));
  return 0;
}
