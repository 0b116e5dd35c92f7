/** A system call as data, for those outside of the kernel who decide about it or look on. */
import { AF_INET, AF_INET6, AF_UNIX, AT_FDCWD, isErrno, SOCKADDR_IN } from "@kernelet/abi";
import { readPath } from "../fs/at.ts";
import { pathName } from "../fs/d-path.ts";
import type { Task } from "../kernel/task.ts";
import {
  decodeSockaddrIn,
  decodeSockaddrIn6,
  familyOf,
  SHORT_SOCKADDR_IN6,
} from "../net/ip/sockaddr.ts";
import { decodeUnixAddress } from "../net/unix-address.ts";
import type { SyscallRow } from "../syscalls/row.ts";
import { printArgument } from "../syscalls/strace/kinds.ts";

/** sizeof(struct sockaddr_storage). */
const SOCKADDR_MAX = 128;

/** The address that a call of sockets names. */
export type CallAddress =
  | { readonly family: "inet" | "inet6"; readonly host: string; readonly port: number }
  /** The path of an abstract name begins with "@". */
  | { readonly family: "unix"; readonly path: string };

export interface CallDescription {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** /proc/[pid]/comm. */
  readonly comm: string;
  /** As strace(1) prints them; of what the call is to store, the address. */
  readonly args: readonly string[];
  /** What its path arguments name, absolute; symbolic links are not followed. */
  readonly paths: readonly string[];
  readonly address: CallAddress | null;
}

/**
 * Preconditions: the call begins, so the registers hold its arguments. What they point to is read now, and again by the
 * call: threads of the process may change it in between.
 */
export function describeCall(task: Task, row: SyscallRow): CallDescription {
  const call = { task, args: row.kinds.map((_, i) => task.args.big(i)), result: -1 };
  return {
    name: row.name,
    pid: task.threadGroup.tgid,
    tid: task.tid,
    comm: task.comm,
    args: row.kinds.map((kind, i) => printArgument(call, kind, i)),
    paths: pathsOf(task, row),
    address: addressOf(task, row),
  };
}

function pathsOf(task: Task, row: SyscallRow): string[] {
  const paths: string[] = [];
  for (const [i, kind] of row.kinds.entries()) {
    if (kind !== "path") continue;
    const path = readPath(task, task.args.pointer(i));
    if (isErrno(path)) continue;
    const dirfd = row.kinds[i - 1] === "dirfd" ? task.args.int(i - 1) : AT_FDCWD;
    paths.push(absolute(task, dirfd, path));
  }
  return paths;
}

function absolute(task: Task, dirfd: number, path: string): string {
  if (path.startsWith("/")) return path;
  const start = dirfd === AT_FDCWD ? task.fs.cwd : task.fdTable.get(dirfd)?.path;
  if (start === undefined) return path;
  const { name } = pathName(start, task.fs.root);
  if (path === "") return name;
  return name === "/" ? `/${path}` : `${name}/${path}`;
}

function addressOf(task: Task, row: SyscallRow): CallAddress | null {
  const i = row.kinds.indexOf("sockaddr");
  if (i < 0) return null;
  const bytes = task.mm.copyIn(task.args.pointer(i), Math.min(task.args.uint(i + 1), SOCKADDR_MAX));
  if (isErrno(bytes) || bytes.length < 2) return null;
  const family = familyOf(bytes);
  if (family === AF_INET && bytes.length >= SOCKADDR_IN.size) {
    const { address, port } = decodeSockaddrIn(bytes);
    return { family: "inet", host: address.toString(), port };
  }
  if (family === AF_INET6 && bytes.length >= SHORT_SOCKADDR_IN6) {
    const { address, port } = decodeSockaddrIn6(bytes);
    return { family: "inet6", host: address.toString(), port };
  }
  const unix = family === AF_UNIX ? decodeUnixAddress(bytes) : null;
  if (unix === null || isErrno(unix)) return null;
  if (unix.kind === "unnamed") return { family: "unix", path: "" };
  return { family: "unix", path: unix.kind === "abstract" ? `@${unix.name}` : unix.path };
}
