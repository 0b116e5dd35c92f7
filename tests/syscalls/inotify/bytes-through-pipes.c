/* Which watchers hear of bytes that move through a FIFO, by whatever call. */
#include "inotify.h"
#include <sys/sendfile.h>
#include <sys/uio.h>

#define TRY(call) (CALL(call), events("heard"))

int main(void) {
  char buffer[100] = "";
  struct iovec vector[2] = {{buffer, 2}, {buffer, 3}};
  int pair[2];
  loff_t far = 1000;
  mkdir("d", 0755);
  put("d/f", "0123456789");
  mkfifo("fifo", 0600);
  watch_start();
  watch("d", IN_ALL_EVENTS);
  watch("fifo", IN_ALL_EVENTS);
  DONE(pipe2(pair, O_NONBLOCK));
  CALL(write(pair[1], "hello world", 11));
  int both, file;
  DONE(both = open("fifo", O_RDWR | O_NONBLOCK)), events("heard");
  DONE(file = open("d/f", O_RDWR)), events("heard");
  TRY(write(both, buffer, 5));
  TRY(write(both, buffer, 0));
  TRY(writev(both, vector, 2));
  TRY(writev(both, vector, 0));
  TRY(read(both, buffer, 2));
  TRY(read(both, buffer, 0));
  TRY(readv(both, vector, 2));
  TRY(readv(both, vector, 0));
  TRY(read(both, buffer, sizeof buffer));
  TRY(read(both, buffer, sizeof buffer));
  TRY(readv(both, vector, 2));
  TRY(splice(pair[0], NULL, both, NULL, 3, 0));
  TRY(tee(pair[0], both, 3, 0));
  TRY(tee(both, pair[1], 2, 0));
  TRY(splice(both, NULL, pair[1], NULL, 3, 0));
  TRY(splice(both, NULL, file, NULL, 2, 0));
  TRY(splice(file, NULL, both, NULL, 2, 0));
  TRY(splice(file, &far, both, NULL, 2, 0));
  TRY(sendfile(both, file, NULL, 3));
  TRY(sendfile(both, file, &far, 3));
  TRY(vmsplice(both, vector, 1, 0));
  int reader;
  DONE(reader = open("fifo", O_RDONLY | O_NONBLOCK)), events("heard");
  TRY(vmsplice(reader, vector, 2, SPLICE_F_NONBLOCK));
  return 0;
}
