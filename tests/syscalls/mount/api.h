/* The mount calls that the C library may not know yet. */
#ifndef API_H
#define API_H
#include "mounts.h"
#define open_tree_(fd, path, flags) syscall(428, fd, path, flags)
#define move_mount_(from, a, to, b, flags) syscall(429, from, a, to, b, flags)
#define fsopen_(type, flags) syscall(430, type, flags)
#define fsconfig_(fd, cmd, key, value, aux) syscall(431, fd, cmd, key, value, aux)
#define fsmount_(fd, flags, attr) syscall(432, fd, flags, attr)
#define fspick_(fd, path, flags) syscall(433, fd, path, flags)
#define mount_setattr_(fd, path, flags, attr, size) syscall(442, fd, path, flags, attr, size)
struct mount_attr_ {
  uint64_t set, clear, propagation, userns;
};
enum { SET_FLAG, SET_STRING, SET_BINARY, SET_PATH, SET_PATH_EMPTY, SET_FD, CREATE, RECONFIGURE };
#endif
