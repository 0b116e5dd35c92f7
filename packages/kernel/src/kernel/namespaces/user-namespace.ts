/**
 * User namespaces: user_namespaces(7), kernel/user_namespace.c. Credentials belong to one, and their capabilities
 * count in it and below it; every other namespace is owned by one.
 */
import {
  CAP_SETGID,
  CAP_SETUID,
  CAP_SYS_ADMIN,
  EINVAL,
  EPERM,
  type Errno,
  isErrno,
} from "@kernelet/abi";
import type { Credentials } from "../credentials.ts";
import { IDENTITY_MAP, type IdExtent, IdMap, INVALID_ID, parseIdMap } from "./id-map.ts";
import { Namespace, type NamespaceOrigin } from "./namespace.ts";

/** How deep they may be nested; beyond it unshare(2) gives ENOSPC. */
export const MAX_USER_NAMESPACE_LEVEL = 32;

const NO_MAP = new IdMap([]);

export class UserNamespace extends Namespace {
  readonly parent: UserNamespace | null;
  readonly level: number;
  /** Kernel numbers of the user and group that made it. */
  readonly ownerUid: number;
  readonly ownerGid: number;
  uidMap: IdMap;
  gidMap: IdMap;
  /** "allow" or "deny" of /proc/[pid]/setgroups. */
  isSetgroupsAllowed = true;

  constructor(
    parent: UserNamespace | null,
    maker: Credentials | null,
    origin: NamespaceOrigin | null,
  ) {
    super("user", origin);
    this.parent = parent;
    this.level = parent === null ? 0 : parent.level + 1;
    this.ownerUid = maker?.euid ?? 0;
    this.ownerGid = maker?.egid ?? 0;
    this.uidMap = parent === null ? IDENTITY_MAP : NO_MAP;
    this.gidMap = this.uidMap;
    this.isSetgroupsAllowed = parent?.isSetgroupsAllowed ?? true;
  }

  /** Whether this is `other` or below it. */
  isWithin(other: UserNamespace): boolean {
    for (let ns: UserNamespace | null = this; ns !== null; ns = ns.parent) {
      if (ns === other) return true;
    }
    return false;
  }

  /** Kernel number of user 0 here; INVALID_ID without one. */
  get rootUid(): number {
    return this.uidMap.toKernel(0);
  }

  /** Whether setgroups(2) can do no harm: the map is there and the file does not forbid it. */
  get maySetgroups(): boolean {
    return !this.gidMap.isEmpty && this.isSetgroupsAllowed;
  }
}

/** The first one: the same for every kernel, since nothing about it can change. */
export const INIT_USER_NAMESPACE: UserNamespace = new UserNamespace(null, null, null);

/** The namespace that owns `ns`. */
export function ownerOf(ns: Namespace): UserNamespace {
  return ns.owner ?? INIT_USER_NAMESPACE;
}

export type IdKind = "uid" | "gid";

/** Who writes a map: the credentials of the writer, and of whoever opened the file. */
interface MapWriter {
  readonly credentials: Credentials;
}

/** new_idmap_permitted(). Numbers of `extents` are still the parent's. */
function isPermitted(
  ns: UserNamespace,
  parent: UserNamespace,
  kind: IdKind,
  extents: readonly IdExtent[],
  cred: Credentials,
): boolean {
  const [only] = extents;
  if (extents.length === 1 && only?.count === 1 && cred.euid === ns.ownerUid) {
    const map = kind === "uid" ? parent.uidMap : parent.gidMap;
    const kid = map.toKernel(only.lowerFirst);
    if (kind === "uid" && kid === cred.euid) return true;
    if (kind === "gid" && !ns.isSetgroupsAllowed && kid === cred.egid) return true;
  }
  return cred.hasIn(parent, kind === "uid" ? CAP_SETUID : CAP_SETGID);
}

/** A write to /proc/[pid]/uid_map or gid_map: map_write(). */
export function writeIdMap(
  ns: UserNamespace,
  kind: IdKind,
  text: string,
  { credentials: cred }: MapWriter,
): 0 | Errno {
  const { parent } = ns;
  if (parent === null) return EPERM;
  const writer = cred.userNamespace;
  if (writer !== ns && writer !== parent) return EPERM;
  const known = kind === "uid" ? ns.uidMap : ns.gidMap;
  if (!known.isEmpty) return EPERM;
  if (!cred.hasIn(ns, CAP_SYS_ADMIN)) return EPERM;
  const extents = parseIdMap(text);
  if (isErrno(extents)) return extents;
  if (!isPermitted(ns, parent, kind, extents, cred)) return EPERM;
  const parentMap = kind === "uid" ? parent.uidMap : parent.gidMap;
  const global: IdExtent[] = [];
  for (const extent of extents) {
    const lowerFirst = mapRange(parentMap, extent);
    if (lowerFirst === INVALID_ID) return EPERM;
    global.push({ ...extent, lowerFirst });
  }
  const map = new IdMap(global);
  if (kind === "uid") ns.uidMap = map;
  else ns.gidMap = map;
  return 0;
}

/** map_id_range_down(): the whole range must lie in one extent of the parent. */
function mapRange(parent: IdMap, { lowerFirst: first, count }: IdExtent): number {
  const start = parent.toKernel(first);
  const end = parent.toKernel(first + count - 1);
  return start === INVALID_ID || end !== start + count - 1 ? INVALID_ID : start;
}

/** A write to /proc/[pid]/setgroups: proc_setgroups_write(). */
export function writeSetgroups(ns: UserNamespace, text: string): 0 | Errno {
  if (text.length >= 8) return EINVAL;
  const word = /^(allow|deny)\s*$/.exec(text)?.[1];
  if (word === undefined) return EINVAL;
  if (word === "allow") return ns.isSetgroupsAllowed ? 0 : EPERM;
  if (!ns.gidMap.isEmpty) return EPERM;
  ns.isSetgroupsAllowed = false;
  return 0;
}
