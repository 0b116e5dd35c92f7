/* Opening what is no regular file: sockets, FIFOs, devices that nobody drives. */
#include "../files.h"
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

int main(void) {
  struct sockaddr_un address = {AF_UNIX, "socket"};
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  char c;
  CALL(bind(s, (struct sockaddr *)&address, sizeof address));
  CALL(open("socket", O_RDONLY));
  CALL(open("socket", O_RDWR));
  CALL(open("socket", O_CREAT | O_RDWR, 0600));
  CALL(open("socket", O_CREAT | O_EXCL | O_RDWR, 0600));
  CALL(open("socket", O_DIRECTORY));
  CALL(open("socket", O_PATH) >= 0);
  CALL(truncate("socket", 0));
  CALL(mkfifo("fifo", 0600));
  CALL(open("fifo", O_WRONLY | O_NONBLOCK));
  CALL(open("fifo", O_CREAT | O_WRONLY | O_NONBLOCK, 0600));
  int r = open("fifo", O_RDONLY | O_NONBLOCK);
  CALL(read(r, &c, 1));
  int w = open("fifo", O_WRONLY | O_NONBLOCK);
  CALL(read(r, &c, 1));
  CALL(write(w, "x", 1));
  CALL(lseek(r, 0, SEEK_SET));
  CALL(pread(r, &c, 1, 0));
  CALL(ftruncate(w, 0));
  CALL(truncate("fifo", 0));
  CALL(fallocate(w, 0, 0, 1));
  CALL(fsync(w));
  CALL(mknod("char", S_IFCHR | 0600, makedev(0, 0)));
  CALL(open("char", O_RDONLY));
  CALL(mknod("nobody", S_IFCHR | 0600, makedev(511, 255)));
  CALL(open("nobody", O_RDONLY));
  CALL(mknod("null", S_IFCHR | 0600, makedev(1, 3)));
  int null = open("null", O_RDWR);
  CALL(write(null, "abc", 3));
  CALL(read(null, &c, 1));
  CALL(lseek(null, 5, SEEK_SET));
  CALL(ftruncate(null, 0));
  CALL(fallocate(null, 0, 0, 1));
  CALL(mknod("dir", S_IFDIR | 0700, 0));
  CALL(mknod("what", 0130000, 0));
  CALL(mknod("plain", 0600, 0));
  show("plain");
  show("socket");
  show("fifo");
  CALL(mknod("link", S_IFLNK | 0777, 0));
  return 0;
}
