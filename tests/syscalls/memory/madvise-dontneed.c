/* MADV_DONTNEED: anonymous pages are zero again, a file's are the file's again, shared ones keep their contents. */
#include "../check.h"

#define P 4096
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static void rss(const char *when, char *p, int pages) {
  unsigned char vec[16];
  int n = 0;
  if (mincore(p, pages * P, vec)) perror("mincore");
  for (int i = 0; i < pages; i++) n += vec[i] & 1;
  printf("%s: %d pages\n", when, n);
}

int main(void) {
  char *p = mmap(NULL, 8 * P, RW, ANON, -1, 0);
  memset(p, 'x', 8 * P);
  rss("touched", p, 8);
  CALL(madvise(p + P, 2 * P, MADV_DONTNEED));
  rss("two less", p, 8);
  printf("%c %d %d %c\n", p[0], p[P], p[2 * P], p[3 * P]);
  CALL(madvise(p, 100, MADV_DONTNEED));
  printf("%d %c\n", p[P - 1], p[3 * P]);
  CALL(madvise(p + 3 * P, 5 * P, MADV_FREE));
  p[3 * P] = 'y';
  printf("%c\n", p[3 * P]);
  put("file", "contents");
  int fd = open("file", O_RDWR);
  char *v = mmap(NULL, P, RW, MAP_PRIVATE, fd, 0), *s = mmap(NULL, P, RW, MAP_SHARED, fd, 0);
  v[0] = 'V';
  printf("%s\n", v);
  CALL(madvise(v, P, MADV_DONTNEED));
  printf("%s\n", v);
  s[1] = 'S';
  CALL(madvise(s, P, MADV_DONTNEED));
  printf("%s %s\n", s, v);
  /* In a child: only its own. */
  memset(p, 'z', P);
  if (fork() == 0) {
    CALL(madvise(p, P, MADV_DONTNEED));
    printf("%d\n", p[0]);
    _exit(0);
  }
  wait(NULL);
  printf("%c\n", p[0]);
  if (fork() == 0) {
    sleep_ms(50);
    printf("%c\n", p[0]);
    _exit(0);
  }
  CALL(madvise(p, P, MADV_DONTNEED));
  wait(NULL);
  printf("%d\n", p[0]);
  CALL(mprotect(p, P, PROT_READ));
  CALL(madvise(p, P, MADV_DONTNEED));
  CALL(mprotect(p, P, PROT_NONE));
  CALL(madvise(p, P, MADV_DONTNEED));
  return 0;
}
