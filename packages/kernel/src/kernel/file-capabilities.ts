/** Capabilities that a file carries: capabilities(7), "File capabilities"; struct vfs_cap_data and vfs_ns_cap_data, the xattr of CAPABILITY_XATTR. */
import { CAP_SETFCAP, EINVAL, EOVERFLOW, EPERM, type Errno, isErrno } from "@kernelet/abi";
import type { Inode } from "../fs/inode.ts";
import { BitSet64 } from "./bit-set.ts";
import type { Credentials } from "./credentials.ts";
import { INVALID_ID } from "./namespaces/id-map.ts";
import { INIT_USER_NAMESPACE, type UserNamespace } from "./namespaces/user-namespace.ts";

export const CAPABILITY_XATTR = "security.capability";

export interface FileCapabilities {
  readonly permitted: BitSet64;
  readonly inheritable: BitSet64;
  /** The permitted set takes effect at once. */
  readonly effective: boolean;
}

const REVISION_MASK = 0xff00_0000;
const REVISION_2 = 0x0200_0000;
const REVISION_3 = 0x0300_0000;
const FLAGS_EFFECTIVE = 1;
/** XATTR_CAPS_SZ_2 and XATTR_CAPS_SZ_3: the third revision ends with the user who is root where they count. */
const SIZE_2 = 20;
const SIZE_3 = 24;
const ROOT_ID = 20;

interface Stored {
  readonly view: DataView;
  /** Number of the user that counts as root; 0 in revision 2. */
  readonly rootId: number;
}

function parse(value: Uint8Array): Stored | null {
  if (value.length < 4) return null;
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const revision = (view.getUint32(0, true) & REVISION_MASK) >>> 0;
  if (revision === REVISION_2 && value.length === SIZE_2) return { view, rootId: 0 };
  if (revision !== REVISION_3 || value.length !== SIZE_3) return null;
  return { view, rootId: view.getUint32(ROOT_ID, true) };
}

/** The same capabilities in the other revision. */
function written({ view }: Stored, revision: number, rootId: number): Uint8Array {
  const size = revision === REVISION_3 ? SIZE_3 : SIZE_2;
  const bytes = new Uint8Array(size);
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, SIZE_2));
  const to = new DataView(bytes.buffer);
  to.setUint32(0, revision | (view.getUint32(0, true) & FLAGS_EFFECTIVE), true);
  if (revision === REVISION_3) to.setUint32(ROOT_ID, rootId, true);
  return bytes;
}

/** Whether a kernel number is user 0 of `ns` or of one above it: rootid_owns_currentns(). */
function isRootIn(uid: number, ns: UserNamespace): boolean {
  for (let at: UserNamespace | null = ns; at !== null; at = at.parent) {
    if (at.rootUid === uid) return true;
  }
  return false;
}

/** What execve(2) in `ns` finds at a file; null without valid ones that count there: get_vfs_caps_from_disk(). */
export function readFileCapabilities(inode: Inode, ns: UserNamespace): FileCapabilities | null {
  const value = inode.getxattr(CAPABILITY_XATTR);
  const stored = isErrno(value) ? null : parse(value);
  if (stored === null || !isRootIn(stored.rootId, ns)) return null;
  const word = (i: number): number => stored.view.getUint32(4 * i, true);
  return {
    permitted: new BitSet64(word(1), word(3)),
    inheritable: new BitSet64(word(2), word(4)),
    effective: (word(0) & FLAGS_EFFECTIVE) !== 0,
  };
}

/** What is stored when `cred` gives a file `value`: cap_convert_nscap(). */
export function capabilitiesToStore(
  inode: Inode,
  cred: Credentials,
  value: Uint8Array,
): Uint8Array | Errno {
  const given = parse(value);
  if (given === null) return EINVAL;
  if (!cred.hasOver(inode, CAP_SETFCAP)) return EPERM;
  if (value.length === SIZE_2 && cred.hasIn(INIT_USER_NAMESPACE, CAP_SETFCAP)) return value;
  const rootId = cred.userNamespace.uidMap.toKernel(given.rootId);
  return rootId === INVALID_ID ? EINVAL : written(given, REVISION_3, rootId);
}

/** What getxattr(2) shows in `ns`: cap_inode_getsecurity(). */
export function shownCapabilities(value: Uint8Array, ns: UserNamespace): Uint8Array | Errno {
  const stored = parse(value);
  if (stored === null) return EINVAL;
  const rootId = ns.uidMap.fromKernel(stored.rootId);
  if (rootId !== INVALID_ID && rootId !== 0) return written(stored, REVISION_3, rootId);
  return isRootIn(stored.rootId, ns) ? written(stored, REVISION_2, 0) : EOVERFLOW;
}
