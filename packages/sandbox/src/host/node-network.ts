/**
 * The network of the Host interface on Node. Each call is held against the policy before anything is opened, and noted for
 * the report, whatever came of it.
 */
import net from "node:net";
import os from "node:os";
import { EACCES, EADDRNOTAVAIL, EINVAL, type Errno } from "@kernelet/abi";
import {
  type HostAnswer,
  type HostEndpoint,
  type HostNetwork,
  type HostNetworkEvents,
  type HostQuestion,
  IpAddress,
} from "@kernelet/kernel";
import type { NetworkRequest, PublishedPort } from "../network/network-request.ts";
import { compilePolicy, judgeAddress, judgeName, type Policy } from "../network/policy.ts";
import { ResolvedNames } from "../network/resolved-names.ts";
import { normalName } from "../network/rule.ts";
import type { HostLog } from "./host-log.ts";
import type { NetworkRecord } from "./network-log.ts";
import { NodeConnection } from "./node-connection.ts";
import { attempt, errnoOf } from "./node-errno.ts";
import { NodeFlow } from "./node-flow.ts";
import { NodePorts } from "./node-ports.ts";
import { NodeResolver } from "./node-resolver.ts";

/** Connections, and flows, at a time. */
const MOST_OPEN = 4096;

/** As a route of the type "prohibit" answers: at once, and unlike anything that a remote machine could say. */
const REFUSED: Errno = EACCES;

const NOBODY: HostNetworkEvents = {
  connected: () => {},
  received: () => {},
  sent: () => {},
  closed: () => {},
  incoming: () => {},
  datagram: () => {},
  flowFailed: () => {},
  publishedDatagram: () => {},
  resolved: () => {},
};

export class NodeNetwork implements HostNetwork {
  readonly hasIpv6: boolean;
  /** The kernel; set before anything is opened. */
  events: HostNetworkEvents = NOBODY;
  readonly #log: HostLog;
  readonly #policy: Policy;
  readonly #resolver: NodeResolver;
  readonly #resolved: ResolvedNames = new ResolvedNames();
  readonly #connections: Map<number, NodeConnection> = new Map();
  readonly #flows: Map<number, NodeFlow> = new Map();
  readonly #ports: NodePorts;
  #nextHandle = 1;

  constructor(request: NetworkRequest, log: HostLog) {
    const own = ownAddresses();
    this.hasIpv6 = own.some(({ isV4 }) => !isV4);
    this.#log = log;
    this.#policy = compilePolicy(request, own);
    this.#resolver = new NodeResolver(request.dns);
    const network = this;
    this.#ports = new NodePorts({
      log: log.network,
      get events() {
        return network.events;
      },
      adopt: (socket, record) => this.#adopt(socket, record),
    });
  }

  /** Rejected with Node's error: the port is in use. */
  publish(port: PublishedPort): Promise<PublishedPort> {
    return this.#ports.publish(port);
  }

  // TCP.

  connect(to: HostEndpoint): number {
    const record = this.#judge("tcp", to);
    if (!record.isAllowed) return this.#log.record("connect", REFUSED);
    // What is in use is ours, as the ports of an address are.
    if (this.#connections.size >= MOST_OPEN) return this.#log.record("connect", EADDRNOTAVAIL);
    this.#log.sockets++;
    const socket = new net.Socket({ allowHalfOpen: true });
    const handle = this.#register(socket, record);
    const failed = attempt(() =>
      // An address is never looked up.
      socket.connect({ host: `${to.address}`, port: to.port, autoSelectFamily: false }),
    );
    if (failed === 0) return this.#log.record("connect", handle);
    this.reset(handle);
    return this.#log.record("connect", failed);
  }

  #judge(kind: "tcp" | "udp", { address, port }: HostEndpoint): NetworkRecord {
    const host = `${address}`;
    const names = this.#resolved.namesOf(host, performance.now());
    const { isAllowed, rule } = judgeAddress(this.#policy, { address, port, names });
    return this.#log.network.note({ kind, host, port, names, isAllowed, rule });
  }

  #register(socket: net.Socket, record: NetworkRecord): number {
    const handle = this.#nextHandle++;
    const connection = new NodeConnection({
      handle,
      socket,
      record,
      events: this.events,
      closed: () => this.#connections.delete(handle),
    });
    this.#connections.set(handle, connection);
    return handle;
  }

  #adopt(socket: net.Socket, record: NetworkRecord): number | null {
    if (this.#connections.size >= MOST_OPEN) return null;
    this.#log.sockets++;
    return this.#log.record("accept", this.#register(socket, record));
  }

  send(handle: number, bytes: Uint8Array): void {
    this.#log.record("send", 0, bytes.length);
    this.#connections.get(handle)?.send(bytes);
  }

  request(handle: number): void {
    this.#log.record("receive", 0);
    this.#connections.get(handle)?.request();
  }

  shutdown(handle: number): void {
    this.#log.record("shutdown", 0);
    this.#connections.get(handle)?.shutdown();
  }

  reset(handle: number): void {
    this.#log.record("reset", 0);
    this.#connections.get(handle)?.reset();
  }

  setKeepAlive(handle: number, isOn: boolean, idleSec: number): void {
    this.#connections.get(handle)?.setKeepAlive(isOn, idleSec);
  }

  // UDP.

  openFlow(to: HostEndpoint): number {
    const record = this.#judge("udp", to);
    if (!record.isAllowed) return this.#log.record("open flow", REFUSED);
    if (this.#flows.size >= MOST_OPEN) return this.#log.record("open flow", EADDRNOTAVAIL);
    // Linux sends to port 0 of a connected peer; Node does not.
    if (to.port === 0) return this.#log.record("open flow", EINVAL);
    this.#log.sockets++;
    const handle = this.#nextHandle++;
    this.#flows.set(handle, new NodeFlow({ handle, to, record, events: this.events }));
    return this.#log.record("open flow", handle);
  }

  sendDatagram(handle: number, bytes: Uint8Array): void {
    this.#log.record("send datagram", 0, bytes.length);
    this.#flows.get(handle)?.send(bytes);
  }

  closeFlow(handle: number): void {
    this.#log.record("close flow", 0);
    this.#flows.get(handle)?.close();
    this.#flows.delete(handle);
  }

  answerDatagram(port: number, to: HostEndpoint, bytes: Uint8Array): void {
    this.#log.record("send datagram", 0, bytes.length);
    this.#ports.answer(port, to, bytes);
  }

  // Names.

  resolve(id: number, question: HostQuestion): void {
    const isAllowed = this.#mayResolve(question);
    this.#log.record("resolve", isAllowed ? 0 : REFUSED);
    const answer: Promise<HostAnswer> = isAllowed
      ? this.#resolver.resolve(question)
      : Promise.resolve({ status: "refused" });
    void answer.then((found) => {
      this.#remember(question, found);
      this.events.resolved(id, found);
    });
  }

  #mayResolve({ name, address }: HostQuestion): boolean {
    if (address !== null) {
      // The name of an address that nothing there may be reached of is nobody's business.
      const names = this.#resolved.namesOf(`${address}`, performance.now());
      const { isAllowed, rule } = judgeAddress(this.#policy, { address, port: 0, names });
      this.#note(`${address}`, isAllowed, rule);
      return isAllowed;
    }
    const normal = normalName(name);
    const { isAllowed, rule } =
      normal === null
        ? { isAllowed: false, rule: "no name of a machine" }
        : judgeName(this.#policy, normal);
    this.#note(name, isAllowed, rule);
    return isAllowed;
  }

  #note(host: string, isAllowed: boolean, rule: string): void {
    this.#log.network.note({ kind: "name", host, port: 0, names: [], isAllowed, rule });
  }

  #remember({ name }: HostQuestion, answer: HostAnswer): void {
    const normal = normalName(name);
    if (answer.status !== "found" || normal === null) return;
    for (const record of answer.records) {
      if (record.type !== "A" && record.type !== "AAAA") continue;
      this.#resolved.remember(`${record.address}`, normal, record.ttlSec, performance.now());
    }
  }
}

/** Of this machine's interfaces. */
function ownAddresses(): IpAddress[] {
  return Object.values(os.networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ address }) => IpAddress.parse(address) ?? []),
  );
}

/** The port with what it got for a host port of 0, or why it cannot be had. */
export async function publishPort(
  network: NodeNetwork,
  port: PublishedPort,
): Promise<PublishedPort | Errno> {
  try {
    return await network.publish(port);
  } catch (error) {
    return errnoOf(error);
  }
}
