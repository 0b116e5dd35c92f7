/* What programs about /proc share: fields, not values. */
#ifndef PROC_H
#define PROC_H
#include "../check.h"

/* The file's text, up to the buffer's size; printed if it cannot be read. */
static inline char *slurp(const char *name) {
  static char text[65536];
  int fd = open(name, O_RDONLY);
  size_t n = 0;
  ssize_t got;
  text[0] = 0;
  if (fd < 0) {
    printf("%s: %s\n", name, strerrorname_np(errno));
    return text;
  }
  while ((got = read(fd, text + n, sizeof text - 1 - n)) > 0) n += got;
  if (got < 0) printf("%s: read: %s\n", name, strerrorname_np(errno));
  close(fd);
  text[n] = 0;
  return text;
}

/* Numbers become N, hexadecimal ones X; runs of blanks one blank. */
static inline void show_shape(const char *title, const char *text) {
  printf("%s: ", title);
  for (const char *at = text; *at;) {
    size_t digits = strspn(at, "0123456789"), hex = strspn(at, "0123456789abcdef");
    if (hex > digits && hex >= 4 && digits < hex) {
      printf("X");
      at += hex;
    } else if (digits > 0) {
      printf("N");
      at += digits;
    } else if (*at == ' ') {
      printf(" ");
      at += strspn(at, " ");
    } else putchar(*at++);
  }
  if (text[0] == 0 || text[strlen(text) - 1] != '\n') printf("\n");
}

/* The word after a key at the start of a line, or null. */
static inline const char *field(const char *text, const char *key) {
  size_t len = strlen(key);
  for (const char *line = text; line != NULL && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
    if (!strncmp(line, key, len)) return line + len;
  return NULL;
}

static inline void show_keys(const char *title, const char *text, const char *const *keys) {
  printf("%s:", title);
  for (; *keys; keys++) printf(" %s%s", *keys, field(text, *keys) ? "" : "(none)");
  printf("\n");
}
#endif
