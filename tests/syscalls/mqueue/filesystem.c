/* The mqueue filesystem: queues as files. */
#include "../check.h"
#include <dirent.h>
#include <mqueue.h>
#include <sys/mount.h>
#include <sys/vfs.h>

static void list(void) {
  DIR *dir = opendir("m");
  struct dirent *entry;
  int others = 0, ours = 0;
  while (dir && (entry = readdir(dir))) {
    if (strcmp(entry->d_name, "kernelet-f") == 0) ours = entry->d_type;
    else if (entry->d_name[0] != '.') others++;
  }
  closedir(dir);
  printf("ours %d\n", ours);
  (void)others;
}

int main(void) {
  mq_unlink("/kernelet-f");
  mkdir("m", 0755);
  CALL(mount("mqueue", "m", "mqueue", 0, NULL));
  struct statfs fs;
  CALL(statfs("m", &fs));
  CALL(fs.f_type);
  struct stat st;
  CALL(stat("m", &st));
  printf("%o\n", st.st_mode);
  list();
  int q = mq_open("/kernelet-f", O_RDWR | O_CREAT, 0600, NULL);
  CALL(mq_send(q, "hello", 5, 0));
  list();
  CALL(stat("m/kernelet-f", &st));
  printf("%o %d %d\n", st.st_mode, (int)st.st_size, (int)st.st_nlink);
  char text[100] = "";
  int fd = open("m/kernelet-f", O_RDONLY);
  CALL(read(fd, text, 99));
  printf("%s", text);
  CALL(write(fd, "x", 1));
  CALL(mq_receive(fd, text, 100, NULL));
  CALL(mkdir("m/d", 0755));
  CALL(symlink("x", "m/s"));
  CALL(link("m/kernelet-f", "m/l"));
  CALL(rename("m/kernelet-f", "m/r"));
  CALL(chmod("m/kernelet-f", 0644));
  int made = open("m/kernelet-made", O_RDWR | O_CREAT, 0600);
  struct mq_attr attr;
  CALL(mq_getattr(made, &attr));
  printf("%ld %ld\n", attr.mq_maxmsg, attr.mq_msgsize);
  CALL(unlink("m/kernelet-f"));
  CALL(mq_open("/kernelet-f", O_RDWR));
  CALL(mq_unlink("/kernelet-made"));
  list();
  CALL(umount("m"));
  CALL(umount2("m", MNT_DETACH));
  return 0;
}
