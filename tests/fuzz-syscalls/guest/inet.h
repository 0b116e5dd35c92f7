/* Sockets of the family "inet": setup_inet.c makes them, calls_inet.c uses them. */
#ifndef FUZZ_INET_H
#define FUZZ_INET_H

#include <sys/socket.h>

#define FIRST_INET 32
#define LAST_INET 46
#define LISTENING_PORT 7001
#define BOUND_PORT 7005

void enter_network(void);
void open_inet(void);
socklen_t loopback(struct sockaddr_storage *into, int domain, int port);

#endif
