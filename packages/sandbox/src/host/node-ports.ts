/** Ports of the host's that lead into the sandbox. */
import type dgram from "node:dgram";
import net from "node:net";
import { type HostEndpoint, type HostNetworkEvents, IpAddress } from "@kernelet/kernel";
import type { PublishedPort } from "../network/network-request.ts";
import type { NetworkLog, NetworkRecord } from "./network-log.ts";
import { datagramModule } from "./node-flow.ts";

/** Answers that Node could not send yet; more are lost. */
const MOST_QUEUED = 262_144;

/** Who takes connections: the host's table of them. */
export interface PortOwner {
  readonly events: HostNetworkEvents;
  readonly log: NetworkLog;
  /** @returns the handle, or null if there are too many. */
  adopt(socket: net.Socket, record: NetworkRecord): number | null;
}

export class NodePorts {
  readonly #owner: PortOwner;
  /** UDP sockets by the number that the kernel answers to. */
  readonly #datagrams: Map<number, dgram.Socket> = new Map();
  #nextNumber = 1;

  constructor(owner: PortOwner) {
    this.#owner = owner;
  }

  /** @returns the port with what it got for a host port of 0. Rejected with Node's error. */
  publish(port: PublishedPort): Promise<PublishedPort> {
    return port.protocol === "tcp" ? this.#publishTcp(port) : this.#publishUdp(port);
  }

  #publishTcp(port: PublishedPort): Promise<PublishedPort> {
    const { guestPort } = port;
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      const from = endpointOf(socket.remoteAddress, socket.remotePort);
      const handle =
        from === null
          ? null
          : this.#owner.adopt(socket, this.#note(port, "published tcp", `${from.address}`));
      if (from === null || handle === null) socket.resetAndDestroy();
      else this.#owner.events.incoming(handle, guestPort, from);
    });
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: port.hostAddress, port: port.hostPort, exclusive: true }, () => {
        server.off("error", reject);
        // Accepting fails when the process has too many files: the next try may not.
        server.on("error", () => {});
        resolve({ ...port, hostPort: (server.address() as net.AddressInfo).port });
      });
    });
  }

  #publishUdp(port: PublishedPort): Promise<PublishedPort> {
    const { guestPort } = port;
    const number = this.#nextNumber++;
    const type = net.isIPv6(port.hostAddress) ? "udp6" : "udp4";
    const socket = datagramModule().createSocket(type);
    socket.on("message", (bytes, remote) => {
      const from = endpointOf(remote.address, remote.port);
      if (from === null) return;
      this.#note(port, "published udp", `${from.address}`).bytesReceived += bytes.length;
      this.#owner.events.publishedDatagram(number, guestPort, from, bytes);
    });
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.bind({ address: port.hostAddress, port: port.hostPort, exclusive: true }, () => {
        socket.off("error", reject);
        // That an answer did not arrive is nobody's business.
        socket.on("error", () => {});
        this.#datagrams.set(number, socket);
        resolve({ ...port, hostPort: socket.address().port });
      });
    });
  }

  #note(port: PublishedPort, kind: NetworkRecord["kind"], host: string): NetworkRecord {
    const { hostAddress, hostPort, guestPort } = port;
    const rule = `-p ${hostAddress}:${hostPort}:${guestPort}`;
    return this.#owner.log.note({ kind, host, port: guestPort, names: [], isAllowed: true, rule });
  }

  answer(number: number, to: HostEndpoint, bytes: Uint8Array): void {
    const socket = this.#datagrams.get(number);
    if (socket === undefined || socket.getSendQueueSize() > MOST_QUEUED) return;
    socket.send(bytes, to.port, `${to.address}`, () => {});
  }
}

/** A peer of Node's; null if it has gone already, or has no port to answer to. */
function endpointOf(address: string | undefined, port: number | undefined): HostEndpoint | null {
  const parsed = address === undefined ? null : IpAddress.parse(address);
  return parsed === null || port === undefined || port === 0 ? null : { address: parsed, port };
}
