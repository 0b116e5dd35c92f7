/* O_SYNC, O_DSYNC, fsync(2), fdatasync(2), syncfs(2), sync_file_range(2), posix_fadvise(2), readahead(2). */
#include "../files.h"
#include <sys/socket.h>

int main(void) {
  int p[2], s[2];
  put("f", "text");
  int fd = open("f", O_RDWR | O_SYNC), dir = open(".", O_RDONLY), path = open("f", O_PATH);
  int writer = open("f", O_WRONLY | O_DSYNC), null = open("/dev/null", O_RDWR);
  if (pipe(p) || socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  CALL(write(fd, "x", 1));
  CALL(write(writer, "y", 1));
  CALL(fsync(fd));
  CALL(fsync(dir));
  CALL(fdatasync(dir));
  CALL(fsync(path));
  CALL(fsync(p[0]));
  CALL(fsync(s[0]));
  CALL(fsync(null));
  CALL(fdatasync(NO_FD));
  CALL(syncfs(fd));
  CALL(syncfs(path));
  CALL(syncfs(p[0]));
  CALL(syncfs(NO_FD));
  CALL(sync_file_range(fd, 0, 0, 0));
  CALL(sync_file_range(fd, 0, 10, 7));
  CALL(sync_file_range(fd, -1, 10, 2));
  CALL(sync_file_range(fd, 0, -1, 2));
  CALL(sync_file_range(fd, 0, 0, 8));
  CALL(sync_file_range(dir, 0, 0, 2));
  CALL(sync_file_range(p[0], 0, 0, 2));
  CALL(sync_file_range(null, 0, 0, 2));
  CALL(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED));
  CALL(posix_fadvise(fd, 0, -1, POSIX_FADV_DONTNEED));
  CALL(posix_fadvise(fd, -1, 0, POSIX_FADV_DONTNEED));
  CALL(posix_fadvise(fd, 0, 0, 6));
  CALL(posix_fadvise(fd, 0, 0, -1));
  CALL(posix_fadvise(p[0], 0, 0, 0));
  CALL(posix_fadvise(p[0], 0, 0, 99));
  CALL(posix_fadvise(s[0], 0, 0, 0));
  CALL(posix_fadvise(dir, 0, 0, 0));
  CALL(posix_fadvise(NO_FD, 0, 0, 0));
  CALL(posix_fadvise(path, 0, 0, 0));
  CALL(readahead(fd, 0, 10));
  CALL(readahead(writer, 0, 10));
  CALL(readahead(dir, 0, 10));
  CALL(readahead(p[0], 0, 10));
  CALL(readahead(NO_FD, 0, 10));
  sync();
  return 0;
}
