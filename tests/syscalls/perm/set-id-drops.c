/* What takes set-ID bits away, with which permission, and what watchers hear of it. */
#include "../files.h"
#include <sys/inotify.h>

static int in;
static struct stat st;

static void after(int fd) {
  char bytes[4096] __attribute__((aligned(8)));
  long n = read(in, bytes, sizeof bytes);
  for (long at = 0; at < n; at += sizeof(struct inotify_event)) printf("  %x\n", ((struct inotify_event *)(bytes + at))->mask);
  fstat(fd, &st);
  printf("  %o %u:%u\n", st.st_mode, st.st_uid, st.st_gid);
}
#define TRY(fd, call) (CALL(call), after(fd))

int main(void) {
  char bytes[100] = "";
  int other = open("other", O_RDWR | O_CREAT, 0666), mine = open("mine", O_RDWR | O_CREAT, 0666),
      group = open("group", O_RDWR | O_CREAT, 0666);
  in = inotify_init1(IN_NONBLOCK);
  for (int i = 0; i < 3; i++)
    inotify_add_watch(in, (const char *[]){"other", "mine", "group"}[i], IN_ATTRIB | IN_MODIFY | IN_ACCESS);
  TRY(other, fchmod(other, 06766));
  TRY(other, fchown(other, -1, -1));
  TRY(other, fchmod(other, 06766));
  TRY(mine, fchown(mine, 1000, 77));
  TRY(group, fchown(group, 5, 77));
  TRY(group, fchmod(group, 02666));
  become(1000, 1000);
  TRY(other, chown("other", -1, -1));
  TRY(group, chown("group", -1, -1));
  TRY(other, write(other, BAD, 5));
  TRY(mine, fchown(mine, -1, -1));
  TRY(mine, fchmod(mine, 02666));
  TRY(mine, fchmod(mine, 06777));
  TRY(group, write(group, bytes, 5));
  TRY(mine, fchmod(mine, 04777));
  TRY(mine, write(mine, bytes, 0));
  TRY(mine, write(mine, bytes, 50));
  TRY(mine, fchmod(mine, 04777));
  TRY(mine, ftruncate(mine, 50));
  TRY(mine, fchmod(mine, 04777));
  TRY(mine, truncate("mine", 60));
  TRY(mine, fchmod(mine, 04777));
  DONE(open("mine", O_RDWR | O_TRUNC)), after(mine);
  TRY(mine, fchmod(mine, 04777));
  TRY(mine, fchown(mine, 1000, 1000));
  TRY(mine, fchmod(mine, 06777));
  TRY(mine, fchown(mine, -1, 1000));
  TRY(mine, fchmod(mine, 06767));
  TRY(mine, fchown(mine, -1, -1));
  return 0;
}
