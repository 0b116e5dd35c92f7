/* Renames: cookies, IN_MOVE_SELF, events of both directories, watches that go along. */
#include "inotify.h"

int main(void) {
  mkdir("a", 0755);
  mkdir("b", 0755);
  mkdir("a/sub", 0755);
  put("a/f", "x");
  put("b/g", "x");
  watch_start();
  watch("a", IN_ALL_EVENTS);
  watch("b", IN_ALL_EVENTS);
  watch("a/f", IN_ALL_EVENTS);
  watch("b/g", IN_ALL_EVENTS);
  watch("a/sub", IN_ALL_EVENTS);
  if (rename("a/f", "a/f2")) return 1;
  events("within a directory");
  if (rename("a/f2", "b/f")) return 1;
  events("between directories");
  if (rename("b/f", "b/g")) return 1;
  events("over a watched file");
  if (rename("a/sub", "b/sub")) return 1;
  events("a directory");
  put("b/sub/x", "x");
  events("in the moved directory");
  put("a/h", "x");
  events("made");
  if (renameat2(AT_FDCWD, "a/h", AT_FDCWD, "b/g", RENAME_EXCHANGE)) return 1;
  events("exchange");
  if (rename("b/sub", "elsewhere")) return 1;
  events("out of sight");
  if (rename("elsewhere", "a/back")) return 1;
  events("and back");
  if (rename("a/h", "a/h")) return 1;
  events("to itself");
  CALL(rename("a/h", "gone/h"));
  events("failed");
  /* Two moves to one name are one event, whatever their cookies are. */
  mkdir("from", 0755);
  mkdir("into", 0755);
  put("from/a", "");
  put("from/b", "");
  watch("into", IN_ALL_EVENTS);
  CALL(rename("from/a", "into/c"));
  CALL(rename("from/b", "into/c"));
  events("one move");
  return 0;
}
