/* Unix sockets. */
#include "fuzz.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

VALUES(domain, AF_UNIX, AF_UNIX, AF_UNIX, AF_UNIX, 0, 46, 99, -1)
VALUES(type, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM | SOCK_NONBLOCK, SOCK_DGRAM | SOCK_CLOEXEC, SOCK_RAW, 0, 77,
       SOCK_STREAM | 0x10)
VALUES(protocol, 0, 0, 0, 0, 1, 2, -1)
VALUES(address_size, 2, 3, 7, 20, 110, 110, 0, 1, 111, 128, -1)
VALUES(how, 0, 1, 2, 3, -1)
VALUES(backlog, 0, 1, 5, -1, 100000)
VALUES(accept_flags, 0, SOCK_CLOEXEC, SOCK_NONBLOCK, 1)
VALUES(level, SOL_SOCKET, SOL_SOCKET, SOL_SOCKET, SOL_SOCKET, 0, 6, -1)
VALUES(option, SO_TYPE, SO_ERROR, SO_ACCEPTCONN, SO_DOMAIN, SO_PROTOCOL, SO_PASSCRED, SO_REUSEADDR, SO_KEEPALIVE, SO_BROADCAST,
       SO_OOBINLINE, SO_RCVLOWAT, SO_SNDLOWAT, SO_PRIORITY, SO_LINGER, SO_RCVTIMEO, SO_SNDTIMEO, SO_PEEK_OFF, 9999, -1)
FLAGS(message_flags, 0x100000, 0, MSG_DONTWAIT, MSG_DONTWAIT, MSG_DONTWAIT, MSG_PEEK, MSG_NOSIGNAL, MSG_TRUNC, MSG_OOB,
      MSG_WAITALL, MSG_MORE, MSG_EOR, MSG_DONTROUTE, MSG_CTRUNC, MSG_CMSG_CLOEXEC)
VALUES(message_count, 0, 1, 1, 2, 3, 2000)
VALUES(data_size, 0, 1, 4, 100, 4096, 8192, 65536, -1, 0x7fffffff)

static word address(int slot) {
  static const char *const names[] = {"sock", "dsock", "missing", "file", "new1", "new2", "dir/new", "dangling", "private/x", ""};
  struct sockaddr_un value;
  memset(&value, 0, sizeof value);
  value.sun_family = below(12) ? AF_UNIX : below(3);
  if (below(5) == 0) {
    value.sun_path[1] = 'a' + below(3);
    say("{%d, abstract %c}", value.sun_family, value.sun_path[1]);
  } else {
    strcpy(value.sun_path, ONE_OF(names));
    say("{%d, \"%s\"}", value.sun_family, value.sun_path);
  }
  return place(slot, &value, sizeof value);
}
static word address_or_null(int slot) {
  if (below(3)) {
    say("NULL");
    return 0;
  }
  return address(slot);
}
static word option_size(int slot) {
  static const word list[] = {4, 4, 4, 8, 16, 0, 1, 3, -1};
  (void)slot;
  return pick(list, sizeof list / sizeof *list);
}

static word message(int slot, int is_out) {
  struct msghdr value;
  struct {
    struct cmsghdr header;
    int fds[8];
  } control;
  static const int shapes[] = {0, 0, 0, 1, 1, 2, 3, 4, 5, 6};
  memset(&value, 0, sizeof value);
  memset(&control, 0, sizeof control);
  int shape = ONE_OF(shapes);
  say("{");
  value.msg_iov = (struct iovec *)iovec_out(5);
  value.msg_iovlen = below(8) ? below(3) : 1025;
  say(" of %zu", value.msg_iovlen);
  if (below(4) == 0) {
    say(", name ");
    value.msg_name = (void *)address(7);
    value.msg_namelen = below(4) ? 110 : below(3) ? 8 : 200;
    say("+%u", value.msg_namelen);
  }
  if (shape > 0) {
    static const int passed[] = {0, 6, 10, 26, 99, 4, -1, 16};
    int count = shape == 2 ? 3 : 1;
    control.header.cmsg_level = shape == 5 ? 77 : SOL_SOCKET;
    control.header.cmsg_type = shape == 3 ? 2 : shape == 6 ? 9 : 1;
    control.header.cmsg_len = sizeof control.header + 4 * count;
    if (shape == 3) control.header.cmsg_len = sizeof control.header + 12;
    if (shape == 4) control.header.cmsg_len = below(2) ? 8 : 1000;
    for (int i = 0; i < count; i++) control.fds[i] = ONE_OF(passed);
    say(", control %d [%d %d %d]", shape, control.fds[0], control.fds[1], control.fds[2]);
    /* Credentials: which other processes there are is not the same on two kernels. */
    if (shape == 3 && control.fds[0] != -1) control.fds[0] = getpid();
    memcpy((void *)(SLOT(4) + 4096), &control, sizeof control);
    value.msg_control = (void *)(SLOT(4) + 4096);
    value.msg_controllen = is_out && below(2) ? 20 : CMSG_SPACE(4 * count);
    if (shape == 3) value.msg_controllen = CMSG_SPACE(12);
  }
  say("}");
  return place(slot, &value, sizeof value);
}
static word message_in(int slot) { return message(slot, 0); }
static word message_out(int slot) { return message(slot, 1); }

static void show_message(const word args[6], long result) {
  struct msghdr value;
  if (result < 0 || !is_readable(args[1], sizeof value)) return;
  memcpy(&value, (const void *)args[1], sizeof value);
  say(" flags %#x control %zu name %u", value.msg_flags, value.msg_controllen, value.msg_namelen);
  if (result > 0) show_hash("bytes", SLOT(6), SLOT_SIZE);
}

static word message_vector(int slot) {
  struct {
    struct msghdr header;
    unsigned length;
    unsigned pad;
  } list[3];
  memset(list, 0, sizeof list);
  for (int i = 0; i < 3; i++) {
    list[i].header.msg_iov = (struct iovec *)SLOT(5);
    list[i].header.msg_iovlen = i == 2 && below(3) == 0 ? 5000 : 1;
  }
  say("messages of ");
  iovec_in(5);
  return place(slot, list, sizeof list);
}

static void show_address(const word args[6], long result) {
  if (result < 0) return;
  show_int("length", args[2]);
  if (args[1] != 0 && is_readable(args[1], 8)) show_hash("address", args[1], 2);
}
static void show_from(const word args[6], long result) {
  if (result > 0) show_hash("bytes", args[1], result);
}
static void show_option(const word args[6], long result) {
  if (result != 0) return;
  show_int("length", args[4]);
  if (args[2] != SO_PEEK_OFF) show_int("value", args[3]);
}
static word fd_pair(int slot) {
  int fds[2] = {-7, -7};
  say("fds");
  return place(slot, fds, sizeof fds);
}

static const struct call CALLS[] = {
    {"socket", SYS_socket, 0, {domain, type, protocol}, NULL},
    {"socketpair", SYS_socketpair, 0, {domain, type, protocol, fd_pair}, show_fdpair3},
    {"bind", SYS_bind, 0, {socket_fd, address, address_size}, NULL},
    {"connect", SYS_connect, 1, {socket_fd, address, address_size}, NULL},
    {"listen", SYS_listen, 0, {socket_fd, backlog}, NULL},
    {"accept", SYS_accept, 1, {socket_fd, out_or_null, int_pointer}, show_address},
    {"accept4", SYS_accept4, 1, {socket_fd, out_or_null, int_pointer, accept_flags}, show_address},
    {"shutdown", SYS_shutdown, 0, {socket_fd, how}, NULL},
    {"getsockname", SYS_getsockname, 0, {socket_fd, out_pointer, int_pointer}, show_address},
    {"getpeername", SYS_getpeername, 0, {socket_fd, out_pointer, int_pointer}, show_address},
    {"sendto", SYS_sendto, 1, {socket_fd, in_buffer, data_size, message_flags, address_or_null, address_size}, NULL},
    {"sendto", SYS_sendto, 1, {socket_fd, in_buffer, data_size, message_flags, address_or_null, address_size}, NULL},
    {"recvfrom", SYS_recvfrom, 1, {socket_fd, out_buffer, data_size, message_flags, out_or_null, int_pointer}, show_from},
    {"recvfrom", SYS_recvfrom, 1, {socket_fd, out_buffer, data_size, message_flags, out_or_null, int_pointer}, show_from},
    {"sendmsg", SYS_sendmsg, 1, {socket_fd, message_in, message_flags}, NULL},
    {"recvmsg", SYS_recvmsg, 1, {socket_fd, message_out, message_flags}, show_message},
    {"sendmmsg", SYS_sendmmsg, 1, {socket_fd, message_vector, message_count, message_flags}, NULL},
    {"setsockopt", SYS_setsockopt, 0, {socket_fd, level, option, int_pointer, option_size}, NULL},
    {"getsockopt", SYS_getsockopt, 0, {socket_fd, level, option, out_pointer, int_pointer}, show_option},
    {"read", SYS_read, 1, {socket_fd, out_buffer, length}, show_bytes1},
    {"write", SYS_write, 1, {socket_fd, in_buffer, length}, NULL},
};

const struct family sockets_family = {"sockets", CALLS, sizeof CALLS / sizeof *CALLS};
