/** sockaddr_in and sockaddr_in6: ip(7), ipv6(7). */
import {
  AF_INET,
  AF_INET6,
  EAFNOSUPPORT,
  EINVAL,
  ENETUNREACH,
  type Errno,
  SOCKADDR_IN,
  SOCKADDR_IN6,
} from "@kernelet/abi";
import { IpAddress } from "./ip-address.ts";

/** Where a socket is, or a message comes from or goes to. */
export interface Endpoint {
  readonly address: IpAddress;
  readonly port: number;
  /** The interface of a link-local IPv6 address; 0 for others. */
  readonly scope: number;
}

/** SIN6_LEN_RFC2133: without sin6_scope_id. */
export const SHORT_SOCKADDR_IN6 = 24;

/** The family that a sockaddr names; its two bytes are there. */
export function familyOf(bytes: Uint8Array): number {
  return (bytes[0] as number) | ((bytes[1] as number) << 8);
}

/** Preconditions: as long as a sockaddr_in. */
export function decodeSockaddrIn(bytes: Uint8Array): Endpoint {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    address: IpAddress.v4(view.getUint32(SOCKADDR_IN.sin_addr)),
    port: view.getUint16(SOCKADDR_IN.sin_port),
    scope: 0,
  };
}

/** Preconditions: at least SHORT_SOCKADDR_IN6 long. */
export function decodeSockaddrIn6(bytes: Uint8Array): Endpoint {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const at = SOCKADDR_IN6.sin6_addr;
  return {
    address: IpAddress.from(bytes.subarray(at, at + 16)),
    port: view.getUint16(SOCKADDR_IN6.sin6_port),
    scope: bytes.length >= SOCKADDR_IN6.size ? view.getUint32(SOCKADDR_IN6.sin6_scope_id, true) : 0,
  };
}

/** As a socket of `family` shows it: an IPv6 socket shows IPv4 addresses mapped. */
export function encodeEndpoint(family: number, { address, port, scope }: Endpoint): Uint8Array {
  if (family === AF_INET) {
    const bytes = new Uint8Array(SOCKADDR_IN.size);
    const view = new DataView(bytes.buffer);
    view.setUint16(SOCKADDR_IN.sin_family, AF_INET, true);
    view.setUint16(SOCKADDR_IN.sin_port, port);
    view.setUint32(SOCKADDR_IN.sin_addr, address.word);
    return bytes;
  }
  const bytes = new Uint8Array(SOCKADDR_IN6.size);
  const view = new DataView(bytes.buffer);
  view.setUint16(SOCKADDR_IN6.sin6_family, AF_INET6, true);
  view.setUint16(SOCKADDR_IN6.sin6_port, port);
  bytes.set(address.bytes16(), SOCKADDR_IN6.sin6_addr);
  view.setUint32(SOCKADDR_IN6.sin6_scope_id, scope, true);
  return bytes;
}

/** Whether an IPv6 socket may connect to an address of this version, bound as it is. */
export function mixesVersions(
  sock: { readonly local: IpAddress; readonly isV6: boolean; readonly isV6Only: boolean },
  { address, scope }: Endpoint,
): 0 | Errno {
  const { local } = sock;
  if (!sock.isV6) return 0;
  if (address.isV4) return sock.isV6Only ? ENETUNREACH : 0;
  if (address.needsScope && scope === 0) return EINVAL;
  return !local.isAny && local.isV4 && !address.isAny ? EAFNOSUPPORT : 0;
}
