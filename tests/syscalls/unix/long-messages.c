/* Messages of several megabytes: who may wait sends and gets them whole. */
#include "unix.h"
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/uio.h>

enum { MEGA = 1 << 20, TOTAL = 3 * MEGA + 12345 };
static unsigned char *out, *in;
static int s[2];

static unsigned sum_of(const unsigned char *p, size_t n) {
  unsigned sum = 1;
  for (size_t i = 0; i < n; i++) sum = sum * 31 + p[i];
  return sum;
}

/* In pieces of all kinds, with a pause now and then. */
static void reader(void) {
  size_t got = 0;
  long n;
  for (int i = 0; got < TOTAL && (n = read(s[1], in + got, 50000 + i * 777)) > 0; i++) {
    got += n;
    if (i % 16 == 0) sleep_ms(1);
  }
  printf("read %zu, %x\n", got, sum_of(in, got));
}

static void writer(void) {
  size_t sent = 0;
  for (int i = 0; sent < TOTAL; i++) {
    size_t want = TOTAL - sent < 99999 ? TOTAL - sent : 99999;
    long n = send(s[0], out + sent, want, 0);
    if (n < 0) break;
    sent += n;
    if (i % 8 == 0) sleep_ms(1);
  }
}

static void in_three(struct iovec v[3], unsigned char *p) {
  v[0] = (struct iovec){p, 5};
  v[1] = (struct iovec){p + 5, 2 * MEGA};
  v[2] = (struct iovec){p + 5 + 2 * MEGA, TOTAL - 5 - 2 * MEGA};
}

static void whole(void) {
  struct iovec v[3];
  struct msghdr m = {.msg_iov = v, .msg_iovlen = 3};
  in_three(v, out);
  pid_t child = start(reader);
  CALL(sendmsg(s[0], &m, 0));
  waitpid(child, NULL, 0);
  child = start(reader);
  CALL(writev(s[0], v, 3));
  waitpid(child, NULL, 0);
  child = start(reader);
  CALL(send(s[0], out, TOTAL, 0));
  waitpid(child, NULL, 0);

  memset(in, 0, TOTAL);
  child = start(writer);
  CALL(recv(s[1], in, TOTAL, MSG_WAITALL));
  waitpid(child, NULL, 0);
  printf("%x\n", sum_of(in, TOTAL));
  memset(in, 0, TOTAL);
  in_three(v, in);
  child = start(writer);
  CALL(recvmsg(s[1], &m, MSG_WAITALL));
  waitpid(child, NULL, 0);
  printf("%x\n", sum_of(in, TOTAL));
}

static void through_a_pipe(void) {
  struct iovec v[3];
  in_three(v, out);
  if (pipe(s)) return;
  int swapped = s[0];
  s[0] = s[1], s[1] = swapped;
  pid_t child = start(reader);
  CALL(writev(s[0], v, 3));
  waitpid(child, NULL, 0);
  close(s[0]), close(s[1]);
}

/* Descriptors go once, with the first of it. */
static void with_a_descriptor(void) {
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec v[3];
  struct msghdr m = {.msg_iov = v, .msg_iovlen = 3, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *c = CMSG_FIRSTHDR(&m);
  *c = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(c), &s[0], sizeof(int));
  in_three(v, out);
  pid_t child = start(reader);
  CALL(sendmsg(s[0], &m, 0));
  waitpid(child, NULL, 0);
}

/* A message that goes in part is the last of a call. */
static void in_part(void) {
  struct iovec v[2] = {{out + 4 * MEGA - 8192, 8193}, {out, 3}};
  struct mmsghdr m[2] = {{.msg_hdr = {.msg_iov = &v[0], .msg_iovlen = 1}}, {.msg_hdr = {.msg_iov = &v[1], .msg_iovlen = 1}}};
  CALL(sendmmsg(s[0], m, 2, MSG_OOB));
  printf("%u %u\n", m[0].msg_len, m[1].msg_len);
  CALL(recv(s[1], in, MEGA, MSG_DONTWAIT));
  v[0] = (struct iovec){out, TOTAL};
  CALL(sendmmsg(s[0], m, 2, MSG_DONTWAIT) == 1 && m[0].msg_len < TOTAL);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  out = mmap(NULL, 4 * MEGA + 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  in = mmap(NULL, 4 * MEGA, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  munmap(out + 4 * MEGA, 4096);
  for (size_t i = 0; i < 4 * MEGA; i++) out[i] = i * 7 + i / 1000;
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, s)) return 1;
  whole();
  with_a_descriptor();
  in_part();
  close(s[0]), close(s[1]);

  struct sockaddr_in a = {AF_INET, htons(7111), {htonl(INADDR_LOOPBACK)}, {0}};
  int l = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(l, (struct sockaddr *)&a, sizeof a) || listen(l, 1)) return 2;
  s[0] = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(s[0], (struct sockaddr *)&a, sizeof a)) return 3;
  s[1] = accept(l, NULL, NULL);
  whole();
  close(s[0]), close(s[1]), close(l);
  through_a_pipe();
  return 0;
}
