#ifndef LOG_H
#define LOG_H
#include "fuzz.h"

struct log {
  /* The sequence's child. A parent that has become another user cannot take it along. */
  int child;
  size_t used;
  char text[4 * 1024 * 1024];
};
extern struct log *fuzz_log;

#endif
