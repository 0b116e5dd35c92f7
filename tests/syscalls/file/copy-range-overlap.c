/* copy_file_range(2) within one file: only what there is to copy may overlap. */
#include "../check.h"

int main(void) {
  char text[64] = {0};
  put("f", "0123456789");
  int fd = open("f", O_RDWR);
  loff_t from, to;
#define TRY(f, t, len) (from = f, to = t, CALL(copy_file_range(fd, &from, fd, &to, len, 0)), CALL(from), CALL(to))
  TRY(0, 5, 6);
  TRY(5, 0, 6);
  TRY(0, 5, 5);
  TRY(8, 10, 100);
  TRY(8, 9, 100);
  TRY(12, 0, 1L << 30);
  TRY(100, 0, 1L << 30);
  TRY(100, 100, 1L << 30);
  TRY(0, 20, 1L << 30);
  TRY(0, 0, 0);
  TRY(0, 0, 1);
  lseek(fd, 0, SEEK_END);
  to = 3;
  CALL(copy_file_range(fd, NULL, fd, &to, 0x7fffffff, 0));
  CALL(pread(fd, text, sizeof text, 0));
  printf("%s\n", text);
  return 0;
}
