/** What the Internet families keep for each network namespace: interfaces, ports, settings. Linux's struct net. */
import { IFF_LOOPBACK, NETLINK_ROUTE, NETLINK_SOCK_DIAG } from "@kernelet/abi";
import type { InetSocket } from "../inet-socket.ts";
import type { Outside } from "../outside/outside.ts";
import type { TcpSocket } from "../tcp/tcp-socket.ts";
import type { UdpSocket } from "../udp/udp-socket.ts";
import { NetDevice } from "./net-device.ts";
import { PortTable } from "./port-table.ts";

const ARPHRD_LOOPBACK = 772;
/** net.ipv4.ip_unprivileged_port_start. */
const FIRST_UNPRIVILEGED_PORT = 1024;

export class NetStack {
  readonly devices: NetDevice[] = [
    new NetDevice({
      name: "lo",
      index: 1,
      hardwareType: ARPHRD_LOOPBACK,
      hardwareAddress: new Uint8Array(6),
      mtu: 65_536,
      flags: IFF_LOOPBACK,
    }),
  ];
  readonly tcpPorts: PortTable<TcpSocket> = new PortTable();
  readonly udpPorts: PortTable<UdpSocket> = new PortTable();
  readonly udplitePorts: PortTable<UdpSocket> = new PortTable();
  /** All of AF_INET and AF_INET6, in the order in which they were made; orphaned connections, too. */
  readonly sockets: Set<InetSocket> = new Set();
  /** nl_pid in use, of each netlink protocol that there is. */
  readonly netlinkPorts: ReadonlyMap<number, Set<number>> = new Map([
    [NETLINK_ROUTE, new Set<number>()],
    [NETLINK_SOCK_DIAG, new Set<number>()],
  ]);
  /** What is behind eth0; null: nothing. The first namespace's alone. */
  outside: Outside | null = null;
  firstUnprivilegedPort: number = FIRST_UNPRIVILEGED_PORT;

  get lo(): NetDevice {
    return this.devices[0] as NetDevice;
  }

  device(index: number): NetDevice | undefined {
    return this.devices.find((device) => device.index === index);
  }

  deviceNamed(name: string): NetDevice | undefined {
    return this.devices.find((device) => device.name === name);
  }
}
