#ifndef LOG_H
#define LOG_H
#include "fuzz.h"

struct log {
  size_t used;
  char text[4 * 1024 * 1024];
};
extern struct log *fuzz_log;

#endif
