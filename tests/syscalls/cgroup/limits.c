/* cgroup.max.depth and cgroup.max.descendants. */
#include "cgroup.h"

int main(void) {
  own_cgroup();
  show_file("cgroup.max.depth");
  CALL(put_text("cgroup.max.depth", "1"));
  CALL(mkdir("a", 0755));
  CALL(mkdir("a/b", 0755));
  CALL(put_text("cgroup.max.depth", "max\n"));
  CALL(put_text("cgroup.max.descendants", "2"));
  CALL(mkdir("b", 0755));
  CALL(mkdir("c", 0755));
  CALL(mkdir("a/b", 0755));
  CALL(put_text("cgroup.max.descendants", "0"));
  show_file("cgroup.max.descendants");
  CALL(put_text("cgroup.max.descendants", "-1"));
  CALL(put_text("cgroup.max.descendants", "x"));
  CALL(put_text("cgroup.subtree_control", "+nosuch"));
  CALL(put_text("cgroup.subtree_control", "pids"));
  CALL(put_text("cgroup.subtree_control", ""));
  CALL(put_text("cgroup.controllers", "x"));
  CALL(put_text("cgroup.events", "x"));
  CALL(put_text("cgroup.type", "x"));
  remove_cgroups((const char *[]){"a", "b", NULL});
  return 0;
}
