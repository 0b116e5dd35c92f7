/* F_OFD_GETLK of F_UNLCK asks what the description itself has locked; F_GETLK of it is refused first of all. */
#include "../files.h"

static struct flock asked;
static int query(int fd, int cmd, int type, off_t start, off_t len) {
  asked = (struct flock){.l_type = type, .l_start = start, .l_len = len};
  int result = fcntl(fd, cmd, &asked);
  if (result == 0) printf("  type %d at %ld+%ld\n", asked.l_type, (long)asked.l_start, (long)asked.l_len);
  return result;
}

int main(void) {
  put("f", "text");
  int a = open("f", O_RDWR), b = open("f", O_RDWR);
  CALL(query(a, F_OFD_SETLK, F_RDLCK, 0, 10));
  CALL(query(a, F_OFD_SETLK, F_WRLCK, 20, 10));
  CALL(query(a, F_OFD_GETLK, F_UNLCK, 5, 100));
  CALL(query(a, F_OFD_GETLK, F_UNLCK, 15, 100));
  CALL(query(a, F_OFD_GETLK, F_UNLCK, 10, 10));
  CALL(query(a, F_OFD_GETLK, F_WRLCK, 0, 0));
  CALL(query(b, F_OFD_GETLK, F_UNLCK, 0, 0));
  CALL(query(b, F_OFD_GETLK, F_WRLCK, 0, 0));
  CALL(query(a, F_GETLK, F_UNLCK, 0, 0));
  CALL(query(a, F_GETLK, F_UNLCK, INT64_MAX, 5));
  CALL(query(a, F_OFD_GETLK, F_UNLCK, INT64_MAX, 5));
  CALL(query(a, F_GETLK, F_WRLCK, INT64_MAX, 5));
  return 0;
}
