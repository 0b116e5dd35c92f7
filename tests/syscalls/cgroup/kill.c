/* cgroup.kill: everything in the cgroup and below. */
#include "cgroup.h"

int main(void) {
  own_cgroup();
  mkdir("a", 0755);
  mkdir("a/b", 0755);
  pid_t one = member("a/cgroup.procs"), two = member("a/b/cgroup.procs"), three = member("cgroup.procs");
  CALL(put_text("a/cgroup.kill", "0"));
  CALL(put_text("a/cgroup.kill", "2"));
  CALL(put_text("a/cgroup.kill", "x"));
  show_file("a/cgroup.kill");
  CALL(put_text("a/cgroup.kill", "1"));
  int status;
  waitpid(one, &status, 0);
  show_status("one", status);
  waitpid(two, &status, 0);
  show_status("two", status);
  CALL(waitpid(three, &status, WNOHANG));
  show_file("a/cgroup.events");
  end(three);
  remove_cgroups((const char *[]){"a/b", "a", NULL});
  return 0;
}
