/** Addresses of unix sockets: unix(7), "Address format". */
import { AF_UNIX, EINVAL, type Errno, SOCKADDR_UN } from "@kernelet/abi";
import { decodeName, encodeName } from "../fs/name.ts";

/** Where a socket is bound. */
export type UnixAddress =
  | { readonly kind: "unnamed" }
  | { readonly kind: "pathname"; readonly path: string }
  /** Not in the file system; `name` is what follows the NUL, any bytes. */
  | { readonly kind: "abstract"; readonly name: string };

export const UNNAMED: UnixAddress = { kind: "unnamed" };

/** The bytes of a sockaddr_un. A pathname ends at its NUL or at the end of the bytes. */
export function decodeUnixAddress(bytes: Uint8Array): UnixAddress | Errno {
  if (bytes.length < SOCKADDR_UN.sun_path || bytes.length > SOCKADDR_UN.size) return EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getUint16(SOCKADDR_UN.sun_family, true) !== AF_UNIX) return EINVAL;
  const path = bytes.subarray(SOCKADDR_UN.sun_path);
  if (path.length === 0) return UNNAMED;
  if (path[0] === 0) return { kind: "abstract", name: decodeName(path.subarray(1)) };
  const nul = path.indexOf(0);
  return { kind: "pathname", path: decodeName(nul < 0 ? path : path.subarray(0, nul)) };
}

export function encodeUnixAddress(address: UnixAddress): Uint8Array {
  const name =
    address.kind === "pathname"
      ? encodeName(`${address.path}\0`)
      : address.kind === "abstract"
        ? encodeName(`\0${address.name}`)
        : new Uint8Array(0);
  const bytes = new Uint8Array(SOCKADDR_UN.sun_path + name.length);
  new DataView(bytes.buffer).setUint16(SOCKADDR_UN.sun_family, AF_UNIX, true);
  bytes.set(name, SOCKADDR_UN.sun_path);
  return bytes;
}
