/**
 * The network of the Host interface on Node. Each call is held against the policy before anything is opened, and noted for
 * the report, whatever came of it.
 */
import net from "node:net";
import os from "node:os";
import type { Duplex } from "node:stream";
import { EACCES, EADDRNOTAVAIL, ECONNABORTED, EINVAL, type Errno } from "@kernelet/abi";
import {
  type HostEndpoint,
  type HostNetwork,
  type HostNetworkEvents,
  type HostQuestion,
  IpAddress,
} from "@kernelet/kernel";
import type { NetworkPolicy, NetworkRequest, PublishedPort } from "../network/network-request.ts";
import {
  compilePolicy,
  type Judgement,
  judgeAddress,
  type Policy,
  type Target,
} from "../network/policy.ts";
import { Secrets, type SecretsRequest, type TargetSecret } from "../network/secrets/secrets.ts";
import { type Decision, Decisions } from "./decisions.ts";
import type { HostLog } from "./host-log.ts";
import type { NetworkRecord } from "./network-log.ts";
import { NodeConnection } from "./node-connection.ts";
import { attempt, errnoOf } from "./node-errno.ts";
import { NodeFlow } from "./node-flow.ts";
import { NodeNames } from "./node-names.ts";
import { NodePorts } from "./node-ports.ts";
import { SecretWire } from "./secret-wire.ts";
import { SendBuffers } from "./send-buffers.ts";

/** Connections, and flows, at a time. */
const MOST_OPEN = 4096;

/** Of those, connections that secrets may go out on: TLS twice costs far more than a socket. */
const MOST_WIRES = 256;

/** As a route of the type "prohibit" answers: at once, and unlike anything that a remote machine could say. */
const REFUSED: Errno = EACCES;

/** A connection or a flow that the guest wants, and what the policy says of it. */
interface Attempt extends Target {
  readonly kind: "tcp" | "udp";
  /** The address, as text. */
  readonly host: string;
  readonly judgement: Judgement;
}

const NOBODY: HostNetworkEvents = {
  connected: () => {},
  received: () => {},
  sent: () => {},
  closed: () => {},
  incoming: () => {},
  datagram: () => {},
  flowFailed: () => {},
  flowClosed: () => {},
  publishedDatagram: () => {},
  resolved: () => {},
};

export class NodeNetwork implements HostNetwork {
  readonly hasIpv6: boolean;
  /** The kernel; set before anything is opened. */
  events: HostNetworkEvents = NOBODY;
  /** Who decides where the policy says that somebody is to be asked. */
  readonly decisions: Decisions = new Decisions();
  readonly #log: HostLog;
  readonly #ownAddresses: readonly IpAddress[];
  #policy: Policy;
  #current: NetworkPolicy;
  readonly #names: NodeNames;
  #secrets: Secrets | null = null;
  #wires = 0;
  readonly #connections: Map<number, NodeConnection> = new Map();
  readonly #buffers: SendBuffers = new SendBuffers();
  readonly #flows: Map<number, NodeFlow> = new Map();
  readonly #ports: NodePorts;
  #nextHandle = 1;

  constructor(request: NetworkRequest, log: HostLog) {
    const own = ownAddresses();
    this.hasIpv6 = own.some(({ isV4 }) => !isV4);
    this.#log = log;
    this.#ownAddresses = own;
    this.#current = request;
    this.#policy = compilePolicy(request, own);
    const network = this;
    this.#names = new NodeNames({
      ...{ log, decisions: this.decisions, servers: request.dns },
      get policy() {
        return network.#policy;
      },
    });
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

  /**
   * Another policy from now on. What is open and no longer allowed is cut, as by ss(8)'s -K; what would be asked about
   * now stays.
   */
  update(policy: NetworkPolicy): void {
    this.#current = policy;
    this.#policy = compilePolicy(policy, this.#ownAddresses);
    for (const connection of this.#connections.values()) {
      if (this.#isRevoked(connection.record)) connection.cut(ECONNABORTED);
    }
    for (const [handle, flow] of this.#flows) {
      if (this.#isRevoked(flow.record)) this.#endFlow(handle, REFUSED);
    }
  }

  get policy(): NetworkPolicy {
    return this.#current;
  }

  #isRevoked(record: NetworkRecord | null): boolean {
    if (record === null || (record.kind !== "tcp" && record.kind !== "udp")) return false;
    const address = IpAddress.parse(record.host);
    if (address === null) return false;
    const { isAllowed, isAsked } = judgeAddress(this.#policy, { ...record, address });
    return !isAllowed && !isAsked;
  }

  // TCP.

  connect(to: HostEndpoint): number {
    const attempted = this.#attempt("tcp", to);
    const { judgement } = attempted;
    const record = judgement.isAsked ? null : this.#noteAttempt(attempted, judgement);
    if (record?.isAllowed === false) return this.#log.record("connect", REFUSED);
    // What is in use is ours, as the ports of an address are.
    const isFull =
      this.#connections.size >= MOST_OPEN ||
      (this.#wires >= MOST_WIRES && this.#secretsFor(attempted).length > 0);
    if (isFull) return this.#log.record("connect", EADDRNOTAVAIL);
    const socket = new net.Socket({ allowHalfOpen: true });
    const handle = this.#register(socket, record, attempted);
    if (record === null) {
      void this.#ask(attempted).then((decided) => this.#decided(handle, socket, to, decided));
      return this.#log.record("connect", handle);
    }
    const failed = this.#open(socket, to);
    if (failed === 0) return this.#log.record("connect", handle);
    this.reset(handle);
    return this.#log.record("connect", failed);
  }

  #open(socket: net.Socket, to: HostEndpoint): 0 | Errno {
    this.#log.sockets++;
    return attempt(() =>
      // An address is never looked up.
      socket.connect({ host: `${to.address}`, port: to.port, autoSelectFamily: false }),
    );
  }

  #decided(handle: number, socket: net.Socket, to: HostEndpoint, record: NetworkRecord): void {
    const connection = this.#connections.get(handle);
    // The guest has given it up meanwhile.
    if (connection === undefined) return;
    connection.record = record;
    const failed = record.isAllowed ? this.#open(socket, to) : REFUSED;
    if (failed !== 0) connection.cut(failed);
  }

  #attempt(kind: "tcp" | "udp", { address, port }: HostEndpoint): Attempt {
    const host = `${address}`;
    const names = this.#names.of(address);
    const judgement = judgeAddress(this.#policy, { address, port, names });
    return { kind, host, address, port, names, judgement };
  }

  #noteAttempt(attempted: Attempt, { isAllowed, rule }: Decision): NetworkRecord {
    const { kind, host, port, names } = attempted;
    return this.#log.network.note({ kind, host, port, names, isAllowed, rule });
  }

  async #ask(attempted: Attempt): Promise<NetworkRecord> {
    const { kind: protocol, host: address, port, names } = attempted;
    const host = names.at(-1) ?? null;
    const decision = await this.decisions.decide({ protocol, host, names, address, port });
    // The policy may be another one by now.
    const now = judgeAddress(this.#policy, attempted);
    return this.#noteAttempt(attempted, now.isAsked ? decision : now);
  }

  /** @param attempted absent: it comes from outside. */
  #register(socket: net.Socket, record: NetworkRecord | null, attempted?: Attempt): number {
    const handle = this.#nextHandle++;
    const stream = attempted === undefined ? socket : this.#wire(socket, attempted, handle);
    const connection = new NodeConnection({
      ...{ handle, socket, stream, record, buffers: this.#buffers },
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

  send(handle: number, bytes: Uint8Array): boolean {
    this.#log.record("send", 0, bytes.length);
    return this.#connections.get(handle)?.send(bytes) ?? false;
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
    const attempted = this.#attempt("udp", to);
    const { judgement } = attempted;
    const record = judgement.isAsked ? null : this.#noteAttempt(attempted, judgement);
    if (record?.isAllowed === false) return this.#log.record("open flow", REFUSED);
    if (this.#flows.size >= MOST_OPEN) return this.#log.record("open flow", EADDRNOTAVAIL);
    // Linux sends to port 0 of a connected peer; Node does not.
    if (to.port === 0) return this.#log.record("open flow", EINVAL);
    const handle = this.#nextHandle++;
    const flow = new NodeFlow({ handle, to, events: this.events });
    this.#flows.set(handle, flow);
    if (record !== null) this.#openFlow(flow, record);
    else {
      void this.#ask(attempted).then((decided) => {
        if (this.#flows.get(handle) !== flow) return;
        if (decided.isAllowed) this.#openFlow(flow, decided);
        else this.#endFlow(handle, REFUSED);
      });
    }
    return this.#log.record("open flow", handle);
  }

  #openFlow(flow: NodeFlow, record: NetworkRecord): void {
    this.#log.sockets++;
    flow.open(record);
  }

  #endFlow(handle: number, why: Errno): void {
    this.#flows.get(handle)?.close();
    this.#flows.delete(handle);
    this.events.flowFailed(handle, why);
    this.events.flowClosed(handle);
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

  resolve(id: number, question: HostQuestion): void {
    void this.#names.answer(question).then((answer) => this.events.resolved(id, answer));
  }

  // Secrets.

  /** They are put into what is sent from now on; connections that are open stay as they are. */
  setSecrets(request: SecretsRequest): void {
    this.#secrets = new Secrets(request);
  }

  #secretsFor({ address, port, names }: Attempt): TargetSecret[] {
    return this.#secrets?.for(address, port, names) ?? [];
  }

  /** What stands between the guest and a socket that secrets may be sent to. */
  #wire(socket: net.Socket, attempted: Attempt, handle: number): Duplex {
    const request = this.#secrets?.request;
    const secrets = this.#secretsFor(attempted);
    if (request === undefined || secrets.length === 0) return socket;
    const record = (): NetworkRecord | null => this.#connections.get(handle)?.record ?? null;
    const wire = new SecretWire({
      ...{ socket, secrets, request },
      used: (name) => noteSecret(record(), name),
      failed: (why) => {
        const of = record();
        if (of !== null) of.failure = why;
      },
    });
    this.#wires++;
    wire.guest.once("close", () => this.#wires--);
    return wire.guest;
  }
}

function noteSecret(record: NetworkRecord | null, name: string): void {
  if (record !== null && !record.secrets.includes(name)) record.secrets = [...record.secrets, name];
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
