/* Pipes, and what moves bytes between files. */
#include "fuzz.h"

#include <fcntl.h>

FLAGS(pipe_flags, 1, 0, O_CLOEXEC, O_NONBLOCK, O_DIRECT)
FLAGS(splice_flags, 16, 0, SPLICE_F_NONBLOCK, SPLICE_F_NONBLOCK, SPLICE_F_MORE, SPLICE_F_GIFT)
VALUES(size_command, F_SETPIPE_SZ, F_GETPIPE_SZ)
VALUES(pipe_size, 0, 1, 4096, 4097, 8192, 65536, 1 << 20, 1 << 21, -1, 1ul << 31)
VALUES(count, 0, 1, 4, 100, 4096, 65536, -1, 0x7fffffff)

static word some_fd(int slot) { return below(2) ? pipe_fd(slot) : any_fd(slot); }

static word fd_pair(int slot) {
  int fds[2] = {-7, -7};
  say("fds");
  return place(slot, fds, sizeof fds);
}

static const struct call CALLS[] = {
    {"pipe", SYS_pipe, 0, {fd_pair}, show_fdpair0},
    {"pipe2", SYS_pipe2, 0, {fd_pair, pipe_flags}, show_fdpair0},
    {"read", SYS_read, 1, {pipe_fd, out_buffer, length}, show_bytes1},
    {"read", SYS_read, 1, {pipe_fd, out_buffer, length}, show_bytes1},
    {"write", SYS_write, 1, {pipe_fd, in_buffer, length}, NULL},
    {"write", SYS_write, 1, {pipe_fd, in_buffer, length}, NULL},
    {"readv", SYS_readv, 1, {pipe_fd, iovec_out, iovec_count}, show_iovec1},
    {"writev", SYS_writev, 1, {pipe_fd, iovec_in, iovec_count}, NULL},
    {"splice", SYS_splice, 1, {some_fd, offset_pointer, some_fd, offset_pointer, count, splice_flags}, NULL},
    {"tee", SYS_tee, 1, {pipe_fd, pipe_fd, count, splice_flags}, NULL},
    {"vmsplice", SYS_vmsplice, 1, {pipe_fd, iovec_in, iovec_count, splice_flags}, NULL},
    {"sendfile", SYS_sendfile, 1, {some_fd, some_fd, offset_pointer, count}, NULL},
    {"copy_file_range", SYS_copy_file_range, 1, {any_fd, offset_pointer, any_fd, offset_pointer, count, zero}, NULL},
    {"fcntl", SYS_fcntl, 0, {pipe_fd, size_command, pipe_size}, NULL},
};

const struct family pipes_family = {"pipes", CALLS, sizeof CALLS / sizeof *CALLS};
