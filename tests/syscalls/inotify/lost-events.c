/* Events, and signals of a signalfd, that cannot be written: one is lost, those behind it are not. */
#include "../check.h"
#include "../files.h"

#include <sys/inotify.h>
#include <sys/signalfd.h>

/* `size` bytes that can be written, and nothing behind them. */
static char *edge(size_t size) {
  char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  munmap(pages + 2 * 4096, 4096);
  return pages + 2 * 4096 - size;
}

static void inotify(void) {
  static char buffer[4096];
  int fd = inotify_init1(IN_NONBLOCK), pending;
  mkdir("d", 0755);
  inotify_add_watch(fd, "d", IN_CREATE);
  for (int i = 0; i < 6; i++) {
    char name[16];
    sprintf(name, "d/%d", i);
    close(open(name, O_CREAT | O_WRONLY, 0600));
  }
  CALL(read(fd, BAD, 4096));
  ioctl(fd, FIONREAD, &pending);
  printf("pending %d\n", pending);
  CALL(read(fd, edge(40), 64));
  ioctl(fd, FIONREAD, &pending);
  printf("pending %d\n", pending);
  CALL(read(fd, edge(31), 31));
  CALL(read(fd, edge(32), 40));
  ioctl(fd, FIONREAD, &pending);
  printf("pending %d\n", pending);
  CALL(read(fd, buffer, sizeof buffer));
}

static void signals(void) {
  static char buffer[1024];
  sigset_t set;
  sigemptyset(&set);
  for (int i = 40; i < 46; i++) sigaddset(&set, i);
  sigprocmask(SIG_BLOCK, &set, NULL);
  int fd = signalfd(-1, &set, SFD_NONBLOCK);
  for (int i = 40; i < 46; i++) raise(i);
  CALL(read(fd, BAD, 256));
  char *to = edge(200);
  CALL(read(fd, to, 256));
  CALL(*(int *)to);
  CALL(read(fd, edge(100), 127));
  CALL(read(fd, edge(100), 128));
  CALL(read(fd, buffer, sizeof buffer));
  CALL(*(int *)buffer);
}

static void holes(void) {
  int empty = memfd_create("empty", 0), sparse = memfd_create("sparse", 0);
  ftruncate(sparse, 4 * 4096);
  char *map = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, sparse, 0);
  CALL(read(empty, map, 4096));
  CALL(pread(empty, map, 8192, 4096));
  CALL(lseek(sparse, 0, SEEK_DATA));
  CALL(write(empty, "abc", 3));
  CALL(pread(empty, map + 4096 - 3, 8192, 0));
  CALL(lseek(sparse, 0, SEEK_DATA));
  CALL(lseek(sparse, 0, SEEK_HOLE));
}

int main(void) {
  inotify();
  signals();
  holes();
  return 0;
}
