/**
 * The part of the Host interface that leads to the network: connections, datagrams and names outside. The host holds each
 * call against the sandbox's policy before anything leaves, and tells what happened later through HostNetworkEvents.
 *
 * A handle is a number that the host gives. It is gone after `closed`, `reset`, `flowClosed` or `closeFlow`, and the host says
 * nothing more of it.
 *
 * Nothing piles up: the host reads only what was requested, a chunk at a time, and the kernel sends no more than a
 * window's worth before the host has said `sent`. Datagrams that find no room are lost.
 */
import type { Errno } from "@kernelet/abi";
import type { IpAddress } from "./net/ip/ip-address.ts";

export interface HostEndpoint {
  readonly address: IpAddress;
  readonly port: number;
}

export interface HostNetwork {
  /** Whether there is IPv6 outside. */
  readonly hasIpv6: boolean;

  /**
   * Begins a TCP connection. @returns its handle, or at once an errno: policy says no, or there are too many. Where somebody
   * has to be asked first, a no comes with `closed`.
   */
  connect(to: HostEndpoint): number;
  /**
   * Sends all of `bytes`, which are the kernel's again afterwards: at once, without Nagle's delay.
   * @returns whether they have gone already. If not, `sent` says when they have.
   */
  send(handle: number, bytes: Uint8Array): boolean;
  /** Asks for one chunk of input; `received` answers later, once per call. */
  request(handle: number): void;
  /** A FIN behind what was sent. */
  shutdown(handle: number): void;
  /** A RST. */
  reset(handle: number): void;
  /** @param idleSec before the first probe. */
  setKeepAlive(handle: number, isOn: boolean, idleSec: number): void;

  /** A UDP socket that speaks with one peer. @returns its handle, or an errno as `connect`; a late no comes with `flowFailed`. */
  openFlow(to: HostEndpoint): number;
  sendDatagram(handle: number, bytes: Uint8Array): void;
  closeFlow(handle: number): void;
  /** An answer from a published UDP port to who had sent there. @param port of `publishedDatagram`. */
  answerDatagram(port: number, to: HostEndpoint, bytes: Uint8Array): void;

  /** Looks a name up; `resolved` answers later. */
  resolve(id: number, question: HostQuestion): void;
}

/** What the host tells the kernel, between slices. */
export interface HostNetworkEvents {
  connected(handle: number): void;
  /** null: a FIN. */
  received(handle: number, bytes: Uint8Array | null): void;
  /** So many bytes, all of one `send`, have gone. */
  sent(handle: number, count: number): void;
  /** 0: both sides have ended. Else it could not be made, or was reset. */
  closed(handle: number, why: 0 | Errno): void;
  /** Somebody has connected to a published port. */
  incoming(handle: number, guestPort: number, from: HostEndpoint): void;
  datagram(handle: number, bytes: Uint8Array): void;
  /** What was sent did not arrive: an ICMP message said so. */
  flowFailed(handle: number, why: Errno): void;
  /** The host has closed it: the next datagram to that peer asks for another. */
  flowClosed(handle: number): void;
  /** @param port the host's number for the published port. */
  publishedDatagram(port: number, guestPort: number, from: HostEndpoint, bytes: Uint8Array): void;
  resolved(id: number, answer: HostAnswer): void;
}

export type RecordType = "A" | "AAAA" | "CNAME" | "MX" | "NS" | "PTR" | "SOA" | "SRV" | "TXT";

export interface HostQuestion {
  readonly type: RecordType;
  /** Lower case, without the last dot. */
  readonly name: string;
  /** What a PTR question is about. */
  readonly address: IpAddress | null;
}

export type HostRecord =
  | { readonly type: "A" | "AAAA"; readonly ttlSec: number; readonly address: IpAddress }
  | { readonly type: "CNAME" | "NS" | "PTR"; readonly ttlSec: number; readonly name: string }
  | {
      readonly type: "MX";
      readonly ttlSec: number;
      readonly preference: number;
      readonly name: string;
    }
  | { readonly type: "TXT"; readonly ttlSec: number; readonly texts: readonly Uint8Array[] }
  | {
      readonly type: "SRV";
      readonly ttlSec: number;
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly name: string;
    }
  | {
      readonly type: "SOA";
      readonly ttlSec: number;
      readonly primary: string;
      readonly mailbox: string;
      /** Serial, refresh, retry, expire, minimum. */
      readonly numbers: readonly [number, number, number, number, number];
    };

export type HostAnswer =
  | { readonly status: "found"; readonly records: readonly HostRecord[] }
  /** The name is there, records of that type are not. */
  | { readonly status: "no-data" }
  | { readonly status: "no-name" }
  /** Policy says no. */
  | { readonly status: "refused" }
  | { readonly status: "failed" };
