/**
 * The network outside as the kernel has it: what is open there, by the host's handles, and what the host tells. Everything
 * goes through eth0 of the first network namespace (address-plan.ts); names are answered here, too (dns/).
 */
import { type Errno, IFF_BROADCAST, IFF_MULTICAST } from "@kernelet/abi";
import type {
  HostAnswer,
  HostEndpoint,
  HostNetwork,
  HostNetworkEvents,
} from "../../host-network.ts";
import { Credentials } from "../../kernel/credentials.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { Timer } from "../../kernel/timer-queue.ts";
import type { IpAddress } from "../ip/ip-address.ts";
import { NetDevice } from "../ip/net-device.ts";
import type { NetStack } from "../ip/net-stack.ts";
import type { Endpoint } from "../ip/sockaddr.ts";
import type { SocketMaker } from "../socket.ts";
import { findListener } from "../tcp/tcp-connect.ts";
import type { TcpSocket } from "../tcp/tcp-socket.ts";
import { isNameServer, PLAN4, PLAN6, toHost } from "./address-plan.ts";
import { DnsConnection } from "./dns/dns-connection.ts";
import { DnsServer } from "./dns/dns-server.ts";
import { Gathering } from "./gathering.ts";
import { OutsideConnection, shownPeer } from "./outside-connection.ts";
import { OutsideDatagrams } from "./outside-datagrams.ts";

const ARPHRD_ETHER = 1;
const MTU = 1500;
/** Locally administered; then the IPv4 address. */
const HARDWARE_ADDRESS = Uint8Array.of(2, 0, ...PLAN4.own.bytes4());
/** Connections that wait for a listener's queue: as many as Linux's somaxconn would let wait at most. */
const MOST_WAITING = 128;
/** How long the end of everything waits for bytes that were written. */
const LINGER_NS = 2e9;

export class Outside implements HostNetworkEvents, Timer {
  readonly kernel: Kernel;
  readonly network: HostNetwork;
  readonly device: NetDevice;
  readonly stack: NetStack;
  /** By handle. */
  readonly connections: Map<number, OutsideConnection> = new Map();
  readonly gathering: Gathering = new Gathering();
  /** Of what waited for its turn, on its way to the host; and the most that the host gets at a time, which it has buffers for. */
  readonly piece: Uint8Array = new Uint8Array(65_536);
  readonly datagrams: OutsideDatagrams;
  readonly dns: DnsServer;
  /** In whose name sockets are made before somebody accepts them. */
  readonly maker: SocketMaker;
  #isFinishing = false;

  // The end waits until then.
  deadlineNs = 0;
  heapIndex = -1;
  sequence = 0;

  constructor(kernel: Kernel, network: HostNetwork, stack: NetStack) {
    this.kernel = kernel;
    this.network = network;
    this.stack = stack;
    this.maker = { kernel, credentials: Credentials.root() };
    this.datagrams = new OutsideDatagrams(this);
    this.dns = new DnsServer(this);
    this.device = new NetDevice({
      name: "eth0",
      index: 2,
      hardwareType: ARPHRD_ETHER,
      hardwareAddress: HARDWARE_ADDRESS,
      mtu: MTU,
      flags: IFF_BROADCAST | IFF_MULTICAST,
    });
    for (const { own, prefix } of network.hasIpv6 ? [PLAN4, PLAN6] : [PLAN4]) {
      const broadcast = own.isV4 ? own.lastOf(prefix) : null;
      this.device.addresses.push({ address: own, prefix, scope: 0, broadcast });
    }
    this.device.setUp(true);
    stack.devices.push(this.device);
  }

  /** @returns an errno if it is refused at once. Preconditions: `sock` is in SYN_SENT. */
  connect(sock: TcpSocket, to: Endpoint): 0 | Errno {
    if (isNameServer(to)) {
      const server = new DnsConnection(this.dns, sock);
      sock.establish(server);
      return 0;
    }
    const handle = this.network.connect({ address: toHost(to.address), port: to.port });
    if (handle < 0) return handle as Errno;
    const connection = new OutsideConnection(this, handle, sock);
    this.connections.set(handle, connection);
    sock.far = connection;
    return 0;
  }

  countSent(bytes: number): void {
    const { sent } = this.device;
    sent.packets++;
    sent.bytes += bytes;
  }

  countReceived(bytes: number): void {
    const { received } = this.device;
    received.packets++;
    received.bytes += bytes;
  }

  // From the host.

  connected(handle: number): void {
    this.connections.get(handle)?.connected();
  }

  received(handle: number, bytes: Uint8Array | null): void {
    this.connections.get(handle)?.received(bytes);
  }

  sent(handle: number, count: number): void {
    this.connections.get(handle)?.sent(count);
  }

  closed(handle: number, why: 0 | Errno): void {
    this.connections.get(handle)?.closed(why);
  }

  incoming(handle: number, guestPort: number, from: HostEndpoint): void {
    const found = this.#findListener(guestPort, from.address);
    if (found === null || this.#isFinishing) {
      this.network.reset(handle);
      return;
    }
    const { listener, to } = found;
    const connection = new OutsideConnection(this, handle, null, {
      to,
      port: guestPort,
      from: shownPeer(to, from.address),
      fromPort: from.port,
    });
    this.connections.set(handle, connection);
    if (listener.toAccept.length <= listener.backlog) connection.admit(listener);
    else if (listener.toAdmit.length < MOST_WAITING) listener.toAdmit.push(connection);
    else connection.reset();
  }

  /**
   * Who listens where a published port leads: at eth0's address, or else at loopback alone, as a forwarder inside would
   * reach it. The version of who comes is looked for first.
   */
  #findListener(
    port: number,
    from: IpAddress,
  ): { readonly listener: TcpSocket; readonly to: IpAddress } | null {
    const plans = from.isV4 ? [PLAN4, PLAN6] : [PLAN6, PLAN4];
    for (const to of plans.flatMap(({ own, loopback }) => [own, loopback])) {
      const listener = findListener(this.stack, { address: to, port });
      if (listener !== undefined) return { listener, to };
    }
    return null;
  }

  datagram(handle: number, bytes: Uint8Array): void {
    this.datagrams.received(handle, bytes);
  }

  flowFailed(handle: number, why: Errno): void {
    this.datagrams.failed(handle, why);
  }

  flowClosed(handle: number): void {
    this.datagrams.closed(handle);
  }

  publishedDatagram(port: number, guestPort: number, from: HostEndpoint, bytes: Uint8Array): void {
    if (!this.#isFinishing) this.datagrams.arrived(port, guestPort, from, bytes);
  }

  resolved(id: number, answer: HostAnswer): void {
    this.dns.resolved(id, answer);
  }

  // The end.

  /**
   * No task is left. What programs have written and closed still goes out, for a moment.
   *
   * @returns whether nothing is left to wait for
   */
  finish(nowNs: number): boolean {
    const { timers } = this.kernel;
    if (!this.#isFinishing) {
      this.#isFinishing = true;
      timers.start(this, nowNs + LINGER_NS);
    }
    const isSending = [...this.connections.values()].some((one) => one.isSending);
    if (isSending && nowNs < this.deadlineNs) return false;
    timers.stop(this);
    for (const connection of [...this.connections.values()]) connection.abandon();
    return true;
  }

  expire(): void {}
}
