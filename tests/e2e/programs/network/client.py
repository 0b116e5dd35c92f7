"""Speaks with the servers of tests/e2e/servers.ts and prints what it sees: the same on the host and in a sandbox.

Arguments: the host's name, then a port for each server of SERVERS.
"""

import errno
import hashlib
import select
import socket
import struct
import sys
import urllib.request

SERVERS = ("http", "echo", "stall", "go", "reset", "udp", "closed", "early")
HOST = sys.argv[1]
PORT = dict(zip(SERVERS, map(int, sys.argv[2:])))
SIZE = 3_000_000


def connect(name):
    return socket.create_connection((HOST, PORT[name]), 30)


def name_of(error):
    return errno.errorcode[error.errno]


def attempt(title, call):
    try:
        print(title, call())
    except OSError as error:
        print(title, name_of(error))


def everything(sock):
    parts = []
    while part := sock.recv(65536):
        parts.append(part)
    return b"".join(parts)


def http():
    reply = urllib.request.urlopen(f"http://{HOST}:{PORT['http']}/big?{SIZE}")
    body = reply.read()
    print("http", reply.status, len(body), hashlib.sha256(body).hexdigest()[:16])


def half_close():
    sock = connect("echo")
    sock.sendall(b"one ")
    print("echo", sock.recv(4))
    sock.sendall(b"two")
    sock.shutdown(socket.SHUT_WR)
    print("after FIN", everything(sock))
    attempt("send after FIN", lambda: sock.send(b"x"))
    sock.close()


def peek_and_wait():
    sock = connect("echo")
    sock.sendall(b"x" * 100_000)
    sock.settimeout(None)
    print("peek", len(sock.recv(10, socket.MSG_PEEK)))
    print("waitall", len(sock.recv(100_000, socket.MSG_WAITALL)))
    sock.setblocking(False)
    attempt("nothing there", lambda: sock.recv(1))
    sock.close()


def slow_reader():
    sock = connect("stall")
    sock.setblocking(False)
    sent = 0
    piece = b"y" * 65536
    while sent < 64 << 20:
        try:
            sent += sock.send(piece)
        except BlockingIOError:
            # What is on its way may make room once more.
            if not select.select([], [sock], [], 0.5)[1]:
                break
    print("a reader that sleeps", "EAGAIN" if sent < 64 << 20 else "takes all")
    print("writable", bool(select.select([], [sock], [], 0)[1]))
    connect("go").close()
    sock.setblocking(True)
    sock.sendall(piece)
    sent += len(piece)
    sock.shutdown(socket.SHUT_WR)
    print("all arrived", int(everything(sock)) == sent)
    sock.close()


def slow_writer():
    sock = connect("early")
    # Bytes and a FIN are there before anything is read.
    select.select([sock], [], [])
    print("early", everything(sock))
    sock.close()


def reset():
    sock = connect("reset")
    sock.sendall(b"x")
    attempt("reset", lambda: sock.recv(1))
    attempt("reset again", lambda: sock.recv(1))
    sock.close()


def refused():
    attempt("refused", lambda: connect("closed"))
    sock = socket.socket()
    sock.setblocking(False)
    address = socket.gethostbyname(HOST)
    print("connect_ex", errno.errorcode[sock.connect_ex((address, PORT["closed"]))])
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    events = poll.poll(10_000)[0][1]
    print("events", sorted(name for name in ("POLLOUT", "POLLERR", "POLLHUP") if events & getattr(select, name)))
    print("SO_ERROR", errno.errorcode[sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)])
    sock.close()


def in_progress():
    sock = socket.socket()
    sock.setblocking(False)
    address = (socket.gethostbyname(HOST), PORT["echo"])
    print("connect_ex", errno.errorcode[sock.connect_ex(address)])
    print("writable", bool(select.select([], [sock], [], 10)[1]))
    print("SO_ERROR", sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
    print("again", errno.errorcode.get(sock.connect_ex(address), 0))
    print("peer", sock.getpeername() == address, "port", sock.getsockname()[1] > 0)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def udp():
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(30)
    address = (socket.gethostbyname(HOST), PORT["udp"])
    for size in (0, 1, 1400, 9000, 60_000):
        sock.sendto(b"z" * size, address)
        data, sender = sock.recvfrom(65536)
        print("udp", size, len(data), sender == address)
    attempt("too long", lambda: sock.sendto(b"z" * 65508, address))
    other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    other.settimeout(30)
    other.connect((address[0], PORT["closed"]))
    other.send(b"x")
    attempt("nobody there", lambda: other.recv(1))


for part in (http, half_close, peek_and_wait, slow_reader, slow_writer, reset, refused, in_progress, udp):
    part()
    sys.stdout.flush()
