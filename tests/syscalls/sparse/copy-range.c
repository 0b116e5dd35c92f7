/* copy_file_range(2). */
#include "../files.h"

int main(void) {
  loff_t in = 2, out = 5, far = 100, negative = -1, huge = INT64_MAX;
  put("a", "0123456789");
  int a = open("a", O_RDWR), b = open("b", O_RDWR | O_CREAT, 0600), r = open("a", O_RDONLY), w = open("b", O_WRONLY);
  CALL(copy_file_range(a, NULL, b, NULL, 4, 0));
  CALL(lseek(a, 0, SEEK_CUR));
  CALL(lseek(b, 0, SEEK_CUR));
  CALL(copy_file_range(a, &in, b, &out, 3, 0));
  printf("%ld %ld\n", (long)in, (long)out);
  cat("b");
  CALL(lseek(a, 0, SEEK_CUR));
  CALL(copy_file_range(a, NULL, b, NULL, 100, 0));
  CALL(copy_file_range(a, NULL, b, NULL, 100, 0));
  CALL(copy_file_range(a, &far, b, NULL, 1, 0));
  CALL(copy_file_range(a, NULL, b, NULL, 0, 0));
  cat("b");
  in = 0, out = 20;
  CALL(copy_file_range(a, &in, a, &out, 10, 0));
  cat("a");
  in = 0, out = 5;
  CALL(copy_file_range(a, &in, a, &out, 10, 0));
  in = 0, out = 10;
  CALL(copy_file_range(a, &in, a, &out, 10, 0));
  in = 0;
  CALL(copy_file_range(a, &in, b, NULL, 1, 1));
  CALL(copy_file_range(w, NULL, b, NULL, 1, 0));
  CALL(copy_file_range(a, NULL, r, NULL, 1, 0));
  CALL(copy_file_range(a, &in, open("b", O_WRONLY | O_APPEND), NULL, 1, 0));
  CALL(copy_file_range(NO_FD, NULL, b, NULL, 1, 0));
  CALL(copy_file_range(a, NULL, NO_FD, NULL, 1, 0));
  CALL(copy_file_range(a, &negative, b, NULL, 1, 0));
  CALL(copy_file_range(a, &in, b, &negative, 1, 0));
  CALL(copy_file_range(a, &in, b, &huge, 1, 0));
  CALL(copy_file_range(a, &huge, b, NULL, 1, 0));
  CALL(copy_file_range(a, BAD, b, NULL, 1, 0));
  int ends[2], dir = open(".", O_RDONLY);
  if (pipe(ends)) return 1;
  CALL(copy_file_range(a, &in, ends[1], NULL, 1, 0));
  CALL(copy_file_range(ends[0], NULL, b, NULL, 1, 0));
  CALL(copy_file_range(dir, NULL, b, NULL, 1, 0));
  CALL(copy_file_range(a, NULL, dir, NULL, 1, 0));
  CALL(copy_file_range(open("/dev/zero", O_RDONLY), NULL, b, NULL, 1, 0));
  CALL(copy_file_range(open("a", O_PATH), NULL, b, NULL, 1, 0));
  return 0;
}
