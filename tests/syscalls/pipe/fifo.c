/* FIFOs: open waits for the other end. */
#include "../check.h"

static void reads(void) {
  int fd = open("fifo", O_RDONLY);
  char buffer[10] = "";
  CALL(read(fd, buffer, 9));
  printf("%s\n", buffer);
  CALL(read(fd, buffer, 9));
}

int main(void) {
  CALL(mkfifo("fifo", 0600));
  CALL(mkfifo("fifo", 0600));
  CALL(open("fifo", O_WRONLY | O_NONBLOCK));
  int fd = open("fifo", O_RDONLY | O_NONBLOCK);
  char c;
  CALL(read(fd, &c, 1));
  int other = open("fifo", O_WRONLY | O_NONBLOCK);
  CALL(read(fd, &c, 1));
  CALL(write(other, "x", 1));
  CALL(read(fd, &c, 1));
  close(fd);
  close(other);
  pid_t pid = start(reads);
  fd = open("fifo", O_WRONLY);
  CALL(write(fd, "through", 7));
  sleep_ms(30);
  close(fd);
  int status;
  waitpid(pid, &status, 0);
  show_status("reader", status);
  fd = open("fifo", O_RDWR);
  CALL(write(fd, "ab", 2));
  CALL(read(fd, &c, 1));
  CALL(unlink("fifo"));
  return 0;
}
