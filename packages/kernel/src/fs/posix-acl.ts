/**
 * Access control lists: acl(5), fs/posix_acl.c. A list has an entry for the owner, the owning group and the others,
 * which are the mode's bits, and more for named users and groups, up to whose mask these and the group have rights;
 * then the mode's group bits are the mask.
 */
import {
  ACL_GROUP,
  ACL_GROUP_OBJ,
  ACL_MASK,
  ACL_OTHER,
  ACL_USER,
  ACL_USER_OBJ,
  EACCES,
  EINVAL,
  EOPNOTSUPP,
  type Errno,
  POSIX_ACL_XATTR_ENTRY,
  POSIX_ACL_XATTR_HEADER,
  POSIX_ACL_XATTR_VERSION,
} from "@kernelet/abi";
import type { Credentials } from "../kernel/credentials.ts";

export interface AclEntry {
  /** ACL_*. */
  readonly tag: number;
  /** MAY_READ, MAY_WRITE, MAY_EXEC. */
  readonly perm: number;
  /** Of ACL_USER and ACL_GROUP; -1 for the others. */
  readonly id: number;
}

/** In the order of the tags. Immutable: files share them. */
export type Acl = readonly AclEntry[];

const { size: HEADER } = POSIX_ACL_XATTR_HEADER;
const { size: ENTRY } = POSIX_ACL_XATTR_ENTRY;

/** From the value of an attribute. Null for a list without entries: remove the one there is. */
export function decodeAcl(bytes: Uint8Array): Acl | null | Errno {
  if (bytes.length === 0) return null;
  if (bytes.length < HEADER) return EINVAL;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint32(POSIX_ACL_XATTR_HEADER.a_version, true);
  if (version !== POSIX_ACL_XATTR_VERSION) return EOPNOTSUPP;
  if ((bytes.length - HEADER) % ENTRY !== 0) return EINVAL;
  const acl: AclEntry[] = [];
  for (let at = HEADER; at < bytes.length; at += ENTRY) {
    const tag = view.getUint16(at + POSIX_ACL_XATTR_ENTRY.e_tag, true);
    const perm = view.getUint16(at + POSIX_ACL_XATTR_ENTRY.e_perm, true);
    const isNamed = tag === ACL_USER || tag === ACL_GROUP;
    const id = isNamed ? view.getUint32(at + POSIX_ACL_XATTR_ENTRY.e_id, true) : -1;
    if (isNamed && id === 0xffffffff) return EINVAL;
    acl.push({ tag, perm, id });
  }
  if (acl.length === 0) return null;
  return isValid(acl) ? acl : EINVAL;
}

/** posix_acl_valid(): each kind in its place, the three of the mode once, and a mask where somebody is named. */
function isValid(acl: Acl): boolean {
  const order = [ACL_USER_OBJ, ACL_USER, ACL_GROUP_OBJ, ACL_GROUP, ACL_MASK, ACL_OTHER];
  let last = -1;
  for (const { tag, perm } of acl) {
    const place = order.indexOf(tag);
    if (place < 0 || (perm & ~7) !== 0) return false;
    const mayRepeat = tag === ACL_USER || tag === ACL_GROUP;
    if (place < last || (place === last && !mayRepeat)) return false;
    last = place;
  }
  const has = (tag: number): boolean => acl.some((entry) => entry.tag === tag);
  const isNamed = has(ACL_USER) || has(ACL_GROUP);
  return has(ACL_USER_OBJ) && has(ACL_GROUP_OBJ) && has(ACL_OTHER) && (!isNamed || has(ACL_MASK));
}

export function encodeAcl(acl: Acl): Uint8Array {
  const bytes = new Uint8Array(HEADER + acl.length * ENTRY);
  const view = new DataView(bytes.buffer);
  view.setUint32(POSIX_ACL_XATTR_HEADER.a_version, POSIX_ACL_XATTR_VERSION, true);
  acl.forEach(({ tag, perm, id }, i) => {
    const at = HEADER + i * ENTRY;
    view.setUint16(at + POSIX_ACL_XATTR_ENTRY.e_tag, tag, true);
    view.setUint16(at + POSIX_ACL_XATTR_ENTRY.e_perm, perm, true);
    view.setUint32(at + POSIX_ACL_XATTR_ENTRY.e_id, id >>> 0, true);
  });
  return bytes;
}

/** The mode's nine bits that the list stands for. */
export function aclMode(acl: Acl): number {
  const user = permOf(acl, ACL_USER_OBJ);
  const group = isPlain(acl) ? permOf(acl, ACL_GROUP_OBJ) : permOf(acl, maskTag(acl));
  return (user << 6) | (group << 3) | permOf(acl, ACL_OTHER);
}

/** Whether the mode says all that the list does: then there is no need for it. */
export function isPlain(acl: Acl): boolean {
  return acl.length === 3;
}

function permOf(acl: Acl, tag: number): number {
  return acl.find((entry) => entry.tag === tag)?.perm ?? 0;
}

/** Which entry the mode's group bits are. */
function maskTag(acl: Acl): number {
  return acl.some((entry) => entry.tag === ACL_MASK) ? ACL_MASK : ACL_GROUP_OBJ;
}

/** chmod(2) of a file with a list. */
export function aclWithMode(acl: Acl, mode: number): Acl {
  const bits = new Map([
    [ACL_USER_OBJ, (mode >> 6) & 7],
    [maskTag(acl), (mode >> 3) & 7],
    [ACL_OTHER, mode & 7],
  ]);
  return acl.map((entry) => ({ ...entry, perm: bits.get(entry.tag) ?? entry.perm }));
}

/** What something made with `mode` takes from a directory's default list, in place of the umask: posix_acl_create(). */
export function inheritAcl(
  defaults: Acl,
  mode: number,
): { readonly acl: Acl; readonly mode: number } {
  const made = mode & (aclMode(defaults) | ~0o777);
  return { acl: aclWithMode(defaults, made), mode: made };
}

/** posix_acl_permission() of somebody who is not the owner. */
export function aclPermission(acl: Acl, gid: number, cred: Credentials, mask: number): 0 | Errno {
  const limit = acl.find((entry) => entry.tag === ACL_MASK)?.perm ?? 7;
  const allows = (perm: number): boolean => (mask & ~perm & 7) === 0;
  const user = acl.find((entry) => entry.tag === ACL_USER && entry.id === cred.fsuid);
  if (user !== undefined) return allows(user.perm & limit) ? 0 : EACCES;
  const groups = acl.filter(
    ({ tag, id }) =>
      (tag === ACL_GROUP_OBJ && cred.inGroup(gid)) || (tag === ACL_GROUP && cred.inGroup(id)),
  );
  if (groups.length === 0) return allows(permOf(acl, ACL_OTHER)) ? 0 : EACCES;
  return groups.some(({ perm }) => allows(perm & limit)) ? 0 : EACCES;
}
