/* seccomp_unotify(2): a listener receives calls, answers them, gives descriptors, lets calls through. */
#include "filter.h"
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

static int channel[2];
static volatile int handled;
static void handler(int signo) { handled = signo; }

static void send_fd(int fd) {
  char byte = 'x', control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &fd, sizeof fd);
  sendmsg(channel[0], &message, 0);
}

static int receive_fd(void) {
  char byte, control[CMSG_SPACE(sizeof(int))];
  struct iovec part = {&byte, 1};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  int fd = -1;
  if (recvmsg(channel[1], &message, 0) == 1) memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  return fd;
}

/* What it prints comes at its end, behind what the listener prints meanwhile. */
static void sandboxed(void) {
  static char buffer[1 << 16];
  setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR1, &action, NULL);
  int fd = on_call_flags(SYS_setpriority, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  CALL(on_call_flags(SYS_setpriority, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER));
  printf("listener closes at execve %d\n", fcntl(fd, F_GETFD));
  send_fd(fd);
  close(fd);
  CALL(syscall(SYS_setpriority, 11, 22, 33));
  CALL(syscall(SYS_setpriority, 1, 1, 1));
  CALL(syscall(SYS_setpriority, 99, 0, 0));
  fd = syscall(SYS_setpriority, 0, 0, 0);
  printf("descriptor %d\n", fd == 100);
  CALL(write(100, "", 0));
  CALL(syscall(SYS_setpriority, 5, 5, 5));
  printf("handled %d\n", handled == SIGUSR1);
  CALL(syscall(SYS_setpriority, 6, 6, 6));
  CALL(syscall(SYS_setpriority, 7, 7, 7));
  fflush(stdout);
  _exit(4);
}

static struct seccomp_notif request;
static int listener;

static void receive(pid_t pid) {
  memset(&request, 0, sizeof request);
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) != 0) {
    printf("RECV: %s\n", strerrorname_np(errno));
    return;
  }
  printf("received from it %d flags %u nr %d arguments %llu %llu %llu arch %x\n", request.pid == (unsigned)pid, request.flags,
         request.data.nr, request.data.args[0], request.data.args[1], request.data.args[2], request.data.arch);
}

static void show_poll(const char *when) {
  struct pollfd one = {listener, POLLIN | POLLOUT, 0};
  int n = poll(&one, 1, 0);
  printf("poll %s: %d %x\n", when, n, one.revents);
}

static int answer(long value, int error, int flags) {
  struct seccomp_notif_resp response = {.id = request.id, .val = value, .error = error, .flags = flags};
  return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

int main(void) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  struct seccomp_notif_sizes sizes = {0};
  CALL(syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 0, &sizes));
  printf("%d %d %d\n", sizes.seccomp_notif, sizes.seccomp_notif_resp, sizes.seccomp_data);
  CALL(syscall(SYS_seccomp, SECCOMP_GET_NOTIF_SIZES, 1, &sizes));
  int action = SECCOMP_RET_USER_NOTIF;
  CALL(syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action));
  CALL(on_call_flags(SYS_setpriority, SECCOMP_RET_ALLOW, SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC));
  CALL(on_call_flags(SYS_setpriority, SECCOMP_RET_ALLOW, 1 << 5));
  socketpair(AF_UNIX, SOCK_STREAM, 0, channel);
  pid_t pid = fork();
  if (pid == 0) sandboxed();
  listener = receive_fd();
  request.pid = 1;
  CALL(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request));
  receive(pid);
  show_poll("received");
  CALL(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &request.id));
  unsigned long long other = request.id + 1;
  CALL(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &other));
  CALL(answer(0, 0, 2));
  CALL(answer(1, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE));
  CALL(answer(1234, 0, 0));
  receive(pid);
  CALL(answer(0, -EDOM, 0));
  receive(pid);
  CALL(answer(0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE));

  receive(pid);
  struct seccomp_notif_addfd give = {.id = request.id, .flags = 8, .srcfd = 1, .newfd = 100};
  CALL(ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &give));
  give.flags = 0;
  CALL(ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &give));
  give.flags = SECCOMP_ADDFD_FLAG_SETFD | SECCOMP_ADDFD_FLAG_SEND;
  give.srcfd = 999;
  CALL(ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &give));
  give.srcfd = 1;
  CALL(ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &give));

  receive(pid);
  kill(pid, SIGUSR1);
  usleep(50000);
  CALL(answer(3, 0, 0));
  receive(pid);
  CALL(answer(0, 0, 0));
  receive(pid);
  CALL(ioctl(listener, 0x1234, 0));
  close(listener);
  int status;
  waitpid(pid, &status, 0);
  printf("exit %d\n", WEXITSTATUS(status));

  pid = fork();
  if (pid == 0) {
    send_fd(on_call_flags(SYS_setpriority, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER));
    syscall(SYS_setpriority, 8, 8, 8);
    _exit(1);
  }
  listener = receive_fd();
  struct pollfd one = {listener, POLLIN, 0};
  CALL(poll(&one, 1, -1));
  show_poll("waiting");
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  show_poll("nobody left");
}
