/* Which reads that give nothing are told of: those of readv(2) and its kind, and of getdents64(2). */
#include "inotify.h"
#include <sys/uio.h>

int main(void) {
  char buffer[4096];
  struct iovec none = {buffer, 0}, some = {buffer, sizeof buffer};
  mkdir("d", 0755);
  put("d/f", "text");
  int in = inotify_init1(IN_NONBLOCK);
  CALL(inotify_add_watch(in, "d", IN_ACCESS | IN_MODIFY));
  CALL(inotify_add_watch(in, "d/f", IN_ACCESS | IN_MODIFY));
  int f = open("d/f", O_RDWR), d = open("d", O_RDONLY);
#define TRY(call) (CALL(call), CALL(read(in, buffer, sizeof buffer)))
  TRY(read(f, buffer, 0));
  TRY(pread(f, buffer, 10, 100));
  TRY(readv(f, &none, 1));
  TRY(readv(f, &none, 0));
  TRY(readv(f, &some, 1));
  TRY(readv(f, &some, 1));
  TRY(preadv(f, &none, 1, 7));
  TRY(preadv(f, &some, 1, 7));
  TRY(preadv2(f, &none, 1, 0, RWF_SYNC));
  TRY(preadv2(f, &none, 1, 0, 1 << 20));
  TRY(write(f, buffer, 0));
  TRY(writev(f, &none, 1));
  TRY(pwritev(f, &none, 1, 3));
  TRY(readv(d, &none, 1));
  TRY(readv(d, &some, 1));
  TRY(preadv(d, &none, 1, 1L << 31));
  TRY(syscall(SYS_getdents64, d, buffer, 1));
  TRY(syscall(SYS_getdents64, d, buffer, 0));
  DONE(syscall(SYS_getdents64, d, buffer, sizeof buffer));
  CALL(read(in, buffer, sizeof buffer));
  /* A buffer at a time: what an event does not fit in is an error only if nothing was read. */
  struct iovec empty_first[] = {{NULL, 0}, {buffer, 64}}, tight[] = {{buffer, 32}, {buffer, 31}, {buffer, 64}};
  DONE(write(f, "a", 1));
  DONE(read(f, buffer, 1));
  DONE(write(f, "b", 1));
  CALL(readv(in, empty_first, 2));
  CALL(readv(in, tight, 3));
  CALL(readv(in, tight, 3));
  CALL(readv(in, tight, 3));
  return 0;
}
