/** /proc/net of the Internet families: proc_pid_net(5). Those of one network namespace. */
import { TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN, TCP_TIME_WAIT } from "@kernelet/abi";
import type { Kernel } from "../kernel/kernel.ts";
import type { NetNamespace } from "../kernel/namespaces/net-namespace.ts";
import type { InetSocket } from "./inet-socket.ts";
import { ANY4, ANY6, type IpAddress } from "./ip/ip-address.ts";
import type { NetStack } from "./ip/net-stack.ts";
import { routesOf } from "./ip/route.ts";
import type { TcpSocket } from "./tcp/tcp-socket.ts";
import type { UdpSocket } from "./udp/udp-socket.ts";

type Version = 4 | 6;

function hex(value: number, width: number): string {
  return (value >>> 0).toString(16).toUpperCase().padStart(width, "0");
}

/** Words as they lie in memory, read as this machine's ints: %08X of __be32. */
function swapped(word: number): string {
  const bytes = [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];
  return bytes.map((byte) => hex(byte, 2)).join("");
}

function place(version: Version, address: IpAddress, port: number): string {
  const words = version === 4 ? [address.word] : address.words;
  return `${words.map(swapped).join("")}:${hex(port, 4)}`;
}

function peerOf(version: Version, sock: InetSocket): string {
  const any = version === 4 ? ANY4 : ANY6;
  const isOpen = sock.state === TCP_CLOSE || sock.state === TCP_LISTEN;
  const peer = isOpen ? null : sock.peer;
  return place(version, peer?.address ?? any, peer?.port ?? 0);
}

function head(version: Version, isUdp: boolean): string {
  if (version === 6)
    return `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode${isUdp ? " ref pointer drops" : ""}\n`;
  if (isUdp)
    return "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            \n";
  return "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     \n";
}

interface Line {
  readonly local: string;
  readonly peer: string;
  readonly state: number;
  readonly sending: number;
  readonly received: number;
  readonly uid: number;
  readonly ino: number;
  readonly rest: string;
}

function lineText(version: Version, nr: number, line: Line, width: number): string {
  const text =
    `${String(nr).padStart(width)}: ${line.local} ${line.peer} ${hex(line.state, 2)} ` +
    `${hex(line.sending, 8)}:${hex(line.received, 8)} 00:00000000 00000000 ` +
    `${String(line.uid).padStart(5)}        0 ${line.ino} ${line.rest}`;
  if (version === 6) return `${text}\n`;
  return `${text.padEnd(width === 4 ? 149 : 127)}\n`;
}

const NOBODY = "0000000000000000";

export function procNetTcp(kernel: Kernel, { stack }: NetNamespace, version: Version): string {
  const lines: Line[] = [];
  for (const sock of stack.sockets) {
    if (sock.isV6 !== (version === 6) || !sock.isStream) continue;
    const tcp = sock as TcpSocket;
    // A socket that is neither bound nor connected is in no table.
    if (tcp.state === TCP_CLOSE || tcp.listener !== null) continue;
    const isListening = tcp.state === TCP_LISTEN;
    lines.push({
      local: place(version, tcp.local, tcp.localPort),
      peer: peerOf(version, tcp),
      state: tcp.state,
      sending: isListening ? 0 : tcp.unsent.length,
      received: isListening ? tcp.toAccept.length : tcp.received.length,
      uid: tcp.inode.uid,
      ino: tcp.isOrphan ? 0 : tcp.inode.ino,
      rest: isListening ? `1 ${NOBODY} 100 0 0 10 0` : `1 ${NOBODY} 20 0 0 10 -1`,
    });
  }
  for (const wait of stack.tcpPorts.timeWaits(kernel.clock.monotonicNs())) {
    if ((wait.family === 10) !== (version === 6)) continue;
    lines.push({
      local: place(version, wait.local, wait.localPort),
      peer: place(version, wait.peer, wait.peerPort),
      state: TCP_TIME_WAIT,
      sending: 0,
      received: 0,
      uid: 0,
      ino: 0,
      rest: `3 ${NOBODY}`,
    });
  }
  return head(version, false) + lines.map((line, nr) => lineText(version, nr, line, 4)).join("");
}

export function procNetUdp({ stack }: NetNamespace, version: Version): string {
  const lines: Line[] = [];
  for (const sock of stack.sockets) {
    if (sock.isV6 !== (version === 6) || sock.ports !== stack.udpPorts || sock.localPort === 0)
      continue;
    const udp = sock as UdpSocket;
    lines.push({
      local: place(version, udp.local, udp.localPort),
      peer: peerOf(version, udp),
      state: udp.peer === null ? TCP_CLOSE : TCP_ESTABLISHED,
      sending: 0,
      received: udp.allocated,
      uid: udp.inode.uid,
      ino: udp.inode.ino,
      rest: `2 ${NOBODY} 0`,
    });
  }
  return head(version, true) + lines.map((line, nr) => lineText(version, nr, line, 5)).join("");
}

export function procNetDev({ stack }: NetNamespace): string {
  const lines = [
    "Inter-|   Receive                                                |  Transmit",
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed",
  ];
  const field = (value: number, width: number) => String(value).padStart(width);
  for (const { name, received, sent } of stack.devices) {
    lines.push(
      `${name.padStart(6)}: ${field(received.bytes, 7)} ${field(received.packets, 7)}    0    0    0     0          0         0 ` +
        `${field(sent.bytes, 8)} ${field(sent.packets, 7)}    0    0    0     0       0          0`,
    );
  }
  return `${lines.join("\n")}\n`;
}

const RTF_UP = 1;
const RTF_GATEWAY = 2;

/** The main table of IPv4. */
export function procNetRoute({ stack }: NetNamespace): string {
  const line = (text: string): string => `${text.padEnd(127)}\n`;
  let text = line(
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
  );
  for (const device of stack.devices) {
    if (!device.isUp) continue;
    const own = device.addresses.filter(({ address }) => address.isV4);
    for (const { to, prefix, gateway } of own.flatMap((one) => routesOf(device, one))) {
      const flags = gateway === null ? RTF_UP : RTF_UP | RTF_GATEWAY;
      const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
      const fields = [device.name, swapped(to.word), swapped(gateway?.word ?? 0), hex(flags, 4)];
      text += line([...fields, 0, 0, 0, swapped(mask), 0, 0, 0].join("\t"));
    }
  }
  return text;
}

/** Scopes of addresses as IPv6 has them: IFA_HOST, IFA_GLOBAL. */
const HOST_SCOPE = 0x10;

export function procNetIfInet6({ stack }: NetNamespace): string {
  let text = "";
  for (const device of stack.devices) {
    for (const { address, prefix, scope } of device.addresses) {
      if (address.isV4) continue;
      const bytes = [...address.bytes16()].map((byte) => byte.toString(16).padStart(2, "0"));
      const field = (value: number) => value.toString(16).padStart(2, "0");
      text +=
        `${bytes.join("")} ${field(device.index)} ${field(prefix)} ` +
        `${field(scope === 254 ? HOST_SCOPE : 0)} 80 ${device.name.padStart(8)}\n`;
    }
  }
  return text;
}

function count(stack: NetStack, isWanted: (sock: InetSocket) => boolean): number {
  return [...stack.sockets].filter(isWanted).length;
}

export function procNetSockstat(kernel: Kernel, { stack }: NetNamespace): string {
  const waits = [...stack.tcpPorts.timeWaits(kernel.clock.monotonicNs())].length;
  const tcp = count(stack, (sock) => sock.isStream && sock.state !== TCP_CLOSE);
  const all = count(stack, (sock) => sock.isStream);
  const orphans = count(stack, (sock) => sock.isStream && (sock as TcpSocket).isOrphan);
  const udp = count(stack, (sock) => !sock.isStream && sock.localPort !== 0);
  return (
    `sockets: used ${kernel.vfs.unix.sockets.size + stack.sockets.size}\n` +
    `TCP: inuse ${tcp} orphan ${orphans} tw ${waits} alloc ${all} mem 0\n` +
    `UDP: inuse ${udp} mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n`
  );
}
