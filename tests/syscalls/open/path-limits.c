/* NAME_MAX and PATH_MAX: the longest that fits, and the first that does not. */
#include "../files.h"

static char name[5000], target[5000], buffer[5000];

/* A path of n characters that leads to `last`. */
static const char *padded(int n, const char *last) {
  int k = strlen(last);
  memset(name, '/', n - k);
  for (int i = 0; i < n - k; i += 2) name[i] = '.';
  if ((n - k) % 2) name[n - k - 1] = '/', name[n - k - 2] = '/';
  strcpy(name + n - k, last);
  return name;
}

static const char *of(int n) {
  memset(name, 'n', n);
  name[n] = 0;
  return name;
}

int main(void) {
  struct stat st;
  put("f", "x");
  CALL(stat(padded(4095, "f"), &st));
  CALL(stat(padded(4096, "f"), &st));
  CALL(open(padded(4096, "new"), O_CREAT, 0600));
  CALL(mkdir(padded(4096, "new"), 0700));
  CALL(unlink(padded(4096, "f")));
  CALL(rename("f", padded(4096, "g")));
  CALL(access("g", F_OK));
  CALL(close(open(of(255), O_CREAT | O_WRONLY, 0600)));
  CALL(stat(of(255), &st));
  CALL(open(of(256), O_CREAT | O_WRONLY, 0600));
  CALL(open(of(256), O_RDONLY));
  CALL(stat(of(256), &st));
  CALL(mkdir(of(256), 0700));
  CALL(symlink("x", of(256)));
  CALL(link("f", of(256)));
  CALL(rename("f", of(256)));
  CALL(rename(of(256), "f"));
  CALL(unlink(of(256)));
  CALL(rmdir(of(256)));
  CALL(chdir(of(256)));
  strcat(strcpy(name, of(256)), "/x");
  CALL(stat(name, &st));
  strcat((char *)of(255), "/x");
  CALL(stat(name, &st));
  memset(target, 't', 4096);
  target[4096] = 0;
  CALL(symlink(target, "long"));
  target[4095] = 0;
  CALL(symlink(target, "long"));
  CALL(readlink("long", buffer, sizeof buffer));
  CALL(lstat("long", &st));
  CALL(st.st_size);
  CALL(stat("long", &st));
  CALL(symlink("", "e"));
  CALL(stat("", &st));
  CALL(rename("", "x"));
  CALL(link("f", ""));
  CALL(unlink(""));
  CALL(rmdir(""));
  CALL(truncate("", 0));
  CALL(chmod("", 0));
  CALL(readlink("", buffer, 10));
  return 0;
}
