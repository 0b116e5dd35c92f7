/* mount_setattr(2): one mount and whole trees. */
#include "api.h"

static long set(const char *path, unsigned flags, uint64_t on, uint64_t off, uint64_t propagation) {
  struct mount_attr_ attr = {on, off, propagation, 0};
  return mount_setattr_(AT_FDCWD, path, flags, &attr, sizeof attr);
}

int main(void) {
  private_mounts();
  mkdir("a", 0755);
  mkdir("plain", 0755);
  mount("one", "a", "tmpfs", 0, NULL);
  mkdir("a/in", 0755);
  mount("two", "a/in", "tmpfs", 0, NULL);
  CALL(set("a", 0, 1, 0, 0));
  CALL(mkdir("a/x", 0755));
  CALL(mkdir("a/in/x", 0755));
  show_mounts("one read-only");
  CALL(set("a", 0x8000, 0x2 | 0x8, 1, 0));
  show_mounts("tree nosuid, noexec, writable");
  CALL(set("a", 0x8000, 0x10, 0x70, MS_SHARED));
  show_mounts("noatime, shared");
  CALL(set("a", 0, 0x20, 0x70, MS_PRIVATE));
  show_mounts("strictatime, private");
  CALL(set("a", 0, 0x80, 0x70, 0));
  show_mounts("relatime, nodiratime");
  CALL(set("a", 0, 0x10, 0, 0));
  CALL(set("a", 0, 0, 0x10, 0));
  CALL(set("a", 0, 0x30, 0x70, 0));
  CALL(set("a", 0, 0x1000, 0, 0));
  CALL(set("a", 0, 0, 0, MS_SHARED | MS_SLAVE));
  CALL(set("a", 0, 0, 0, MS_RDONLY));
  CALL(set("a", 0x2, 1, 0, 0));
  CALL(set("plain", 0, 1, 0, 0));
  CALL(set("nowhere", 0, 1, 0, 0));
  CALL(set("nowhere", 0, 0, 0, 0));
  int fd = open("a/in/file", O_WRONLY | O_CREAT, 0644);
  CALL(set("a", 0x8000, 1, 0, 0));
  show_mounts("all or none");
  close(fd);
  struct mount_attr_ attr[2] = {{1, 0, 0, 0}, {0, 0, 0, 0}};
  CALL(mount_setattr_(AT_FDCWD, "a", 0, attr, 16));
  CALL(mount_setattr_(AT_FDCWD, "a", 0, attr, 40));
  attr[1].set = 1;
  CALL(mount_setattr_(AT_FDCWD, "a", 0, attr, 40));
  CALL(mount_setattr_(AT_FDCWD, "a", 0, attr, 5000));
  CALL(mount_setattr_(AT_FDCWD, "a", 0, BAD, 32));
  return 0;
}
