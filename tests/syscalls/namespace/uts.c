/* UTS namespaces: names of one's own. */
#include "namespaces.h"
#include <sys/utsname.h>

static void show_name(const char *who) {
  struct utsname name;
  uname(&name);
  printf("%s: %s, %s\n", who, name.nodename, name.domainname);
}

static void child(void) {
  ino_t before = ns_of("self", "uts");
  CALL(unshare(CLONE_NEWUTS));
  CALL(ns_of("self", "uts") != before);
  CALL(sethostname("first", 5));
  CALL(setdomainname("domain", 6));
  show_name("own");
  int own = open("/proc/self/ns/uts", O_RDONLY);
  pid_t pid = fork();
  if (pid == 0) {
    show_name("inherited");
    CALL(unshare(CLONE_NEWUTS));
    CALL(put_text("/proc/sys/kernel/hostname", "second\n"));
    show_name("grandchild");
    CALL(setns(own, CLONE_NEWUTS));
    show_name("grandchild, back");
    _exit(0);
  }
  waitpid(pid, NULL, 0);
  show_name("own, after");
  show_file("/proc/sys/kernel/hostname");
  CALL(sethostname("x", -1));
  CALL(sethostname("x", 65));
  CALL(sethostname("", 0));
  show_name("empty");
}

int main(void) {
  char before[70], after[70];
  gethostname(before, sizeof before);
  run("child", child);
  gethostname(after, sizeof after);
  CALL(strcmp(before, after));
  return 0;
}
