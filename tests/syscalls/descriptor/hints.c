/* Other commands of fcntl(2): write hints, seals of files that have none, unknown numbers. */
#include "../files.h"

#ifndef F_GETOWNER_UIDS
#define F_GETOWNER_UIDS 17
#endif

static int fd;
static void user(void) {
  uint64_t hint = 2;
  become(1000, 1000);
  CALL(fcntl(fd, F_SET_RW_HINT, &hint));
  CALL(fcntl(fd, F_GET_RW_HINT, &hint));
}

int main(void) {
  uint64_t hint = 99;
  uint32_t uids[2] = {7, 7};
  fd = open("f", O_RDWR | O_CREAT, 0600);
  CALL(fcntl(fd, F_GET_RW_HINT, &hint));
  CALL(hint);
  for (hint = 0; hint < 8; hint++) CALL(fcntl(fd, F_SET_RW_HINT, &hint));
  CALL(fcntl(open("f", O_RDONLY), F_GET_RW_HINT, &hint));
  CALL(hint);
  hint = 1UL << 40;
  CALL(fcntl(fd, F_SET_RW_HINT, &hint));
  CALL(fcntl(fd, F_SET_RW_HINT, BAD));
  CALL(fcntl(fd, F_GET_RW_HINT, BAD));
  CALL(fcntl(fd, F_GET_FILE_RW_HINT, &hint));
  run("user", user);
  CALL(fcntl(fd, F_GETOWNER_UIDS, uids));
  printf("%u %u\n", uids[0], uids[1]);
  CALL(fcntl(fd, F_GETOWNER_UIDS, BAD));
  CALL(fcntl(fd, F_GETPIPE_SZ));
  CALL(fcntl(fd, F_SETPIPE_SZ, 4096));
  CALL(fcntl(fd, 3000));
  CALL(fcntl(fd, 18));
  CALL(fcntl(fd, F_NOTIFY, DN_CREATE));
  return 0;
}
