/* Links whose targets end with a slash: what they name must be a directory, and need not be one that can be searched. */
#include "../files.h"

static void look(const char *name, const char *below, const char *slash) {
  struct stat st;
  printf("%s:\n", name);
  CALL(stat(name, &st));
  CALL(lstat(name, &st));
  CALL(stat(slash, &st));
  CALL(lstat(slash, &st));
  CALL(access(name, F_OK));
  CALL(access(name, X_OK));
  CALL(access(below, F_OK));
  CALL(open(name, O_RDONLY | O_NOFOLLOW));
  DONE(open(name, O_RDONLY));
  DONE(open(name, O_PATH));
  DONE(open(name, O_RDONLY | O_CREAT, 0600));
  CALL(open(name, O_RDONLY | O_CREAT | O_EXCL, 0600));
  CALL(chmod(name, 0700));
  CALL(chmod(name, 0));
  CALL(mkdir(name, 0700));
  CALL(mkdir(slash, 0700));
  CALL(rmdir(slash));
  CALL(unlink(slash));
  CALL(link(slash, "new"));
  CALL(rename(slash, "new"));
  CALL(truncate(name, 5));
  CALL(chdir(name));
}

static void user(void) {
  become(1000, 1000);
  CALL(open("file/new/", O_RDONLY | O_CREAT, 0600));
  CALL(open("closed/new/", O_RDONLY | O_CREAT, 0600));
  CALL(open("missing/new/", O_RDONLY | O_CREAT, 0600));
  CALL(open("mine/../new/", O_RDONLY | O_CREAT, 0600));
  CALL(open("new/", O_RDONLY | O_CREAT, 0600));
  look("to-closed", "to-closed/.", "to-closed/");
  look("to-mine", "to-mine/..", "to-mine/");
  look("twice", "twice/x", "twice/");
  look("to-file", "to-file/x", "to-file/");
  look("to-missing", "to-missing/x", "to-missing/");
  look("to-itself", "to-itself/x", "to-itself/");
}

int main(void) {
  chmod(".", 0777);
  mkdir("closed", 0700);
  mkdir("mine", 0);
  DONE(chown("mine", 1000, 1000));
  put("file", "text");
  DONE(symlink("closed/", "to-closed"));
  DONE(symlink("mine//", "to-mine"));
  DONE(symlink("to-mine/", "twice"));
  DONE(symlink("file/", "to-file"));
  DONE(symlink("missing/", "to-missing"));
  DONE(symlink("to-itself/", "to-itself"));
  run("user", user);
  return 0;
}
