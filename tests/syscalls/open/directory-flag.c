/* O_DIRECTORY alone and with O_CREAT: the latter is an error since Linux 6.4. */
#include "../files.h"

int main(void) {
  put("file", "x");
  mkdir("d", 0755);
  if (symlink("d", "to-d") || symlink("file", "to-file") || symlink("gone", "dangling")) return 1;
  CALL(open("d", O_DIRECTORY) >= 0);
  CALL(open("to-d", O_DIRECTORY) >= 0);
  CALL(open("to-d", O_DIRECTORY | O_NOFOLLOW));
  CALL(open("to-d/", O_DIRECTORY | O_NOFOLLOW) >= 0);
  CALL(open("file", O_DIRECTORY));
  CALL(open("to-file", O_DIRECTORY));
  CALL(open("file/.", O_DIRECTORY));
  CALL(open("dangling", O_DIRECTORY));
  CALL(open("d", O_DIRECTORY | O_WRONLY));
  CALL(open("d", O_DIRECTORY | O_TRUNC));
  CALL(open("d", O_DIRECTORY | O_CREAT, 0700));
  CALL(open("d", O_DIRECTORY | O_CREAT | O_EXCL, 0700));
  CALL(open("file", O_DIRECTORY | O_CREAT, 0700));
  CALL(open("new", O_DIRECTORY | O_CREAT, 0700));
  CALL(open("dangling", O_DIRECTORY | O_CREAT, 0700));
  CALL(open("d", O_CREAT, 0700));
  CALL(open("d", O_CREAT | O_RDWR, 0700));
  CALL(open("d", O_CREAT | O_EXCL, 0700));
  CALL(open("d/", O_CREAT, 0700));
  CALL(open("d/.", O_CREAT, 0700));
  CALL(open("d/..", O_CREAT, 0700));
  CALL(open(".", O_RDWR));
  CALL(open("/", O_CREAT | O_RDONLY, 0600));
  CALL(open("new/", O_CREAT | O_RDWR, 0600));
  CALL(open("file/", O_CREAT | O_RDWR, 0600));
  CALL(access("new", F_OK));
  return 0;
}
