/* A memfd between processes: inherited, opened anew through /proc, passed by a socket. */
#include "../check.h"
#include <sys/socket.h>

#define P 4096
#define RW (PROT_READ | PROT_WRITE)

static void pass(int socket, int fd) {
  char control[CMSG_SPACE(sizeof fd)] = {0};
  struct iovec byte = {"x", 1};
  struct msghdr msg = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof fd);
  memcpy(CMSG_DATA(c), &fd, sizeof fd);
  if (sendmsg(socket, &msg, 0) != 1) perror("sendmsg");
}
static int receive(int socket) {
  char control[CMSG_SPACE(sizeof(int))], x;
  struct iovec byte = {&x, 1};
  struct msghdr msg = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  CALL(recvmsg(socket, &msg, 0));
  int fd;
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof fd);
  return fd;
}

int main(void) {
  int sv[2];
  CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, sv));
  if (fork() == 0) {
    int fd = receive(sv[1]);
    char *p = mmap(NULL, 2 * P, RW, MAP_SHARED, fd, 0);
    printf("got %s\n", p);
    strcpy(p, "from the child");
    strcpy(p + P, "second page");
    CALL(lseek(fd, 0, SEEK_CUR));
    CALL(ftruncate(fd, 3 * P));
    _exit(0);
  }
  int fd = memfd_create("shared", 0);
  CALL(ftruncate(fd, 2 * P));
  char *p = mmap(NULL, 2 * P, RW, MAP_SHARED, fd, 0);
  strcpy(p, "from the parent");
  CALL(lseek(fd, 7, SEEK_SET));
  pass(sv[0], fd);
  wait(NULL);
  printf("%s, %s\n", p, p + P);
  struct stat st;
  fstat(fd, &st);
  printf("%ld\n", (long)st.st_size);
  char path[40], buffer[32] = "";
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  int again = open(path, O_RDONLY);
  CALL(read(again, buffer, 14));
  printf("%s\n", buffer);
  CALL(lseek(fd, 0, SEEK_CUR));
  CALL(write(again, "x", 1));
  close(fd);
  close(again);
  printf("%s\n", p);
  return 0;
}
