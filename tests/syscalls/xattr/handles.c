/* name_to_handle_at(2) and open_by_handle_at(2): sizes, flags, rights. */
#include "../files.h"

static struct { struct file_handle h; char more[128]; } handle;

static void user(void) {
  become(1000, 1000);
  CALL(open_by_handle_at(AT_FDCWD, &handle.h, O_RDONLY));
}

int main(void) {
  int id = -1, other = -1;
  char text[20] = "";
  mount_tmpfs("t", "mode=755");
  put("t/f", "text");
  if (symlink("f", "t/s")) return 1;
  int mount = open("t", O_RDONLY);
  handle.h.handle_bytes = 0;
  CALL(name_to_handle_at(AT_FDCWD, "t/f", &handle.h, &id, 0));
  CALL(handle.h.handle_bytes > 0 && handle.h.handle_bytes <= 128);
  CALL(name_to_handle_at(AT_FDCWD, "t/f", &handle.h, &id, 0));
  CALL(name_to_handle_at(mount, "", &handle.h, &other, AT_EMPTY_PATH));
  CALL(id == other && id > 0);
  CALL(name_to_handle_at(AT_FDCWD, "t/gone", &handle.h, &id, 0));
  CALL(name_to_handle_at(NO_FD, "t", &handle.h, &id, 0));
  CALL(name_to_handle_at(AT_FDCWD, "t/f", &handle.h, &id, 0x8000));
  CALL(name_to_handle_at(AT_FDCWD, "t/f", BAD, &id, 0));
  CALL(name_to_handle_at(AT_FDCWD, "t/f", &handle.h, BAD, 0));
  handle.h.handle_bytes = 129;
  CALL(name_to_handle_at(AT_FDCWD, "t/f", &handle.h, &id, 0));
  handle.h.handle_bytes = 128;
  CALL(name_to_handle_at(AT_FDCWD, "t/s", &handle.h, &id, AT_SYMLINK_FOLLOW));
  int fd = open_by_handle_at(mount, &handle.h, O_RDONLY);
  CALL(fd >= 0);
  CALL(read(fd, text, 20));
  CALL(rename("t/f", "t/g"));
  CALL(open_by_handle_at(mount, &handle.h, O_RDWR) >= 0);
  run("user", user);
  CALL(open_by_handle_at(NO_FD, &handle.h, O_RDONLY));
  CALL(open_by_handle_at(mount, BAD, O_RDONLY));
  handle.h.handle_type = 12345;
  CALL(open_by_handle_at(mount, &handle.h, O_RDONLY));
  handle.h.handle_bytes = 0;
  CALL(open_by_handle_at(mount, &handle.h, O_RDONLY));
  handle.h.handle_bytes = 200;
  CALL(open_by_handle_at(mount, &handle.h, O_RDONLY));
  handle.h.handle_bytes = 128;
  CALL(name_to_handle_at(AT_FDCWD, "t/g", &handle.h, &id, 0));
  CALL(unlink("t/g"));
  close_range(mount + 1, ~0U, 0);
  CALL(open_by_handle_at(mount, &handle.h, O_RDONLY));
  umount2("t", MNT_DETACH);
  return 0;
}
