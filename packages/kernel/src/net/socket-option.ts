/** One option of getsockopt(2) and setsockopt(2). A family's options are tables of these. */
import { EINVAL, type Errno } from "@kernelet/abi";
import type { Task } from "../kernel/task.ts";
import type { Socket } from "./socket.ts";

export interface SocketOption<S extends Socket = Socket> {
  /** Absent: cannot be read. A number is an int. `room`: bytes that the caller has for it. */
  readonly get?: ((sock: S, task: Task, room: number) => number | Uint8Array | Errno) | undefined;
  /** Bytes that `set` looks at, where an int is not all. */
  readonly size?: number;
  /** No other size is taken. */
  readonly isExact?: true;
  /** Absent: cannot be set. `value` is the int that `bytes` begin with. */
  readonly set?:
    | ((sock: S, value: number, bytes: Uint8Array, task: Task) => number | Errno)
    | undefined;
  /** The shortest value that is taken; absent: what is usual at the level. */
  readonly least?: number;
}

export type OptionRows<S extends Socket = Socket> = readonly (readonly [
  option: number,
  row: SocketOption<S>,
])[];

/** Four bytes: for ints that may be negative, which a number cannot say. */
export function intBytes(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}

/** An option that is kept, on or off. */
export function kept(option: number): SocketOption {
  return {
    get: (sock) => sock.options.get(option) ?? 0,
    set(sock, value) {
      sock.options.set(option, value !== 0 ? 1 : 0);
      return 0;
    },
  };
}

/** A field of the socket that is on or off. */
export function flagOption<S extends Socket, K extends string>(
  field: K & keyof S,
): SocketOption<S> {
  return {
    get: (sock) => (sock[field] === true ? 1 : 0),
    set(sock, value) {
      (sock as Record<K, boolean>)[field] = value !== 0;
      return 0;
    },
  };
}

/** A number between two bounds, kept in a map of the socket. */
export function mapOption<S extends Socket>(
  map: (sock: S) => Map<number, number>,
  option: number,
  range: { readonly least: number; readonly most: number; readonly standard: number },
): SocketOption<S> {
  return {
    get: (sock) => intBytes(map(sock).get(option) ?? range.standard),
    set(sock, value) {
      if (value < range.least || value > range.most) return EINVAL;
      map(sock).set(option, value);
      return 0;
    },
  };
}

/** An option that is on or off, kept in a map of the socket. */
export function mapFlag<S extends Socket>(
  map: (sock: S) => Map<number, number>,
  option: number,
): SocketOption<S> {
  return {
    get: (sock) => map(sock).get(option) ?? 0,
    set(sock, value) {
      map(sock).set(option, value !== 0 ? 1 : 0);
      return 0;
    },
  };
}
