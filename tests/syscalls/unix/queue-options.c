/* SOL_SOCKET: what every socket keeps, on unix sockets and others: values, lengths and who may set them. */
#include "unix.h"
#include <netinet/in.h>

static const struct { const char *name; int option; } options[] = {
    {"debug", SO_DEBUG}, {"bsdcompat", SO_BSDCOMPAT}, {"mark", SO_MARK}, {"rcvmark", 75},
    {"timestamp", SO_TIMESTAMP}, {"timestampns", SO_TIMESTAMPNS}, {"rxq ovfl", SO_RXQ_OVFL}, {"wifi status", SO_WIFI_STATUS},
    {"nofcs", SO_NOFCS}, {"get filter", SO_ATTACH_FILTER}, {"detach filter", SO_DETACH_FILTER}, {"lock filter", SO_LOCK_FILTER},
    {"bpf extensions", SO_BPF_EXTENSIONS}, {"select err queue", SO_SELECT_ERR_QUEUE}, {"busy poll", SO_BUSY_POLL},
    {"prefer busy poll", 69}, {"busy poll budget", 70}, {"max pacing rate", SO_MAX_PACING_RATE}, {"cnx advice", 53},
    {"napi id", SO_INCOMING_NAPI_ID}, {"buf lock", 72}, {"reserve mem", 73}, {"passsec", SO_PASSSEC},
};
enum { OPTIONS = sizeof options / sizeof *options };

static void get(int s, int i, socklen_t room) {
  int value[4] = {-7, -7, -7, -7};
  socklen_t size = room;
  long n = getsockopt(s, SOL_SOCKET, options[i].option, value, &size);
  printf(" get %u: ", room);
  if (n < 0) printf("%s", strerrorname_np(errno));
  else printf("%u %d %d", size, value[0], value[1]);
}

static void walk(const char *who, int s) {
  static const int values[] = {-1, 0, 1, 2, 100, 70000};
  for (int i = 0; i < OPTIONS; i++) {
    if (options[i].option == SO_ATTACH_FILTER) {
      printf("%s %s:", who, options[i].name);
      get(s, i, 4);
      puts("");
      continue;
    }
    printf("%s %s:", who, options[i].name);
    for (int room = 0; room < 20; room += room < 5 ? 1 : 3) get(s, i, room);
    puts("");
    for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
      int value[4] = {values[v], 0, 0, 0};
      for (int size = 0; size <= 8; size += size == 0 ? 3 : size == 3 ? 1 : 4) {
        printf("%s %s = %d, %d bytes: ", who, options[i].name, values[v], size);
        printf("%s", setsockopt(s, SOL_SOCKET, options[i].option, value, size) ? strerrorname_np(errno) : "ok");
        get(s, i, 8);
        puts("");
      }
    }
  }
}

int main(void) {
  struct timeval t = {3, 4000}, got = {0};
  socklen_t size = sizeof got;
  int s = socket(AF_UNIX, SOCK_STREAM, 0);
  walk("stream", s);
  walk("dgram", socket(AF_UNIX, SOCK_DGRAM, 0));
  CALL(setsockopt(s, SOL_SOCKET, 66, &t, sizeof t));
  CALL(getsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &got, &size));
  printf("%ld %ld\n", got.tv_sec, got.tv_usec);
  CALL(setsockopt(s, SOL_SOCKET, 67, &t, 8));
  struct msghdr m = {0};
  CALL(sendmsg(s, &m, 1 << 31));
  CALL(recvmsg(s, &m, 1 << 31));
  CALL(sendmsg(NO_FD, &m, 1 << 31));
  if (setresuid(1000, 1000, 1000)) return 1;
  walk("user", s);
  return 0;
}
