/**
 * Who a task is after execve(2): set-user-ID bits, file capabilities, ambient capabilities. capabilities(7),
 * "Transformation of capabilities during execve()"; Linux's bprm_fill_uid and cap_bprm_creds_from_file.
 */
import {
  EPERM,
  type Errno,
  S_ISGID,
  S_ISUID,
  S_IXGRP,
  SECBIT_KEEP_CAPS,
  SECBIT_NOROOT,
} from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import { BitSet64 } from "./bit-set.ts";
import type { Credentials } from "./credentials.ts";
import { type FileCapabilities, readFileCapabilities } from "./file-capabilities.ts";
import { INVALID_ID } from "./namespaces/id-map.ts";

export interface ExecCredentials {
  readonly credentials: Credentials;
  /** AT_SECURE: the program has rights that its caller has not. */
  readonly secure: boolean;
}

export function credentialsAfterExec(
  old: Credentials,
  file: FileDescription,
): ExecCredentials | Errno {
  const credentials = old.copy();
  const root = old.userNamespace.rootUid;
  const grants = !file.path.mount.isNoSuid && !old.noNewPrivs;
  if (grants) applySetIds(credentials, file.inode.mode, file.inode.uid, file.inode.gid);

  const fileCaps = grants ? readFileCapabilities(file.inode, old.userNamespace) : null;
  let effective = fileCaps?.effective ?? false;
  credentials.permitted = new BitSet64();
  if (fileCaps !== null) {
    credentials.permitted = granted(fileCaps, old);
    // The program counts on capabilities that it cannot have.
    if (effective && !contains(credentials.permitted, fileCaps.permitted)) return EPERM;
  }
  if ((old.securebits & SECBIT_NOROOT) === 0) {
    const onlyByFile = fileCaps !== null && credentials.uid !== root && credentials.euid === root;
    if (!onlyByFile && (credentials.euid === root || credentials.uid === root)) {
      credentials.permitted = old.bounding.copy();
      credentials.permitted.union(old.inheritable);
      if (credentials.euid === root) effective = true;
    }
  }

  const isSetId = credentials.euid !== old.uid || credentials.egid !== old.gid;
  credentials.suid = credentials.fsuid = credentials.euid;
  credentials.sgid = credentials.fsgid = credentials.egid;
  credentials.ambient = fileCaps !== null || isSetId ? new BitSet64() : old.ambient.copy();
  credentials.permitted.union(credentials.ambient);
  credentials.effective = (effective ? credentials.permitted : credentials.ambient).copy();
  credentials.securebits = old.securebits & ~SECBIT_KEEP_CAPS;

  const gained = effective || !contains(credentials.ambient, credentials.permitted);
  return { credentials, secure: isSetId || (credentials.uid !== root && gained) };
}

function applySetIds(credentials: Credentials, mode: number, uid: number, gid: number): void {
  // Owners that the user namespace does not know lend nothing.
  const { uidMap, gidMap } = credentials.userNamespace;
  if (uidMap.fromKernel(uid) === INVALID_ID || gidMap.fromKernel(gid) === INVALID_ID) return;
  if ((mode & S_ISUID) !== 0) credentials.euid = uid;
  // Without group execution the bit means something else (mandatory locking).
  if ((mode & S_ISGID) !== 0 && (mode & S_IXGRP) !== 0) credentials.egid = gid;
}

/** P'(permitted) = (P(inheritable) & F(inheritable)) | (F(permitted) & P(bounding)). */
function granted(file: FileCapabilities, old: Credentials): BitSet64 {
  const permitted = file.permitted.copy();
  permitted.intersect(old.bounding);
  const inherited = file.inheritable.copy();
  inherited.intersect(old.inheritable);
  permitted.union(inherited);
  return permitted;
}

function contains(set: BitSet64, part: BitSet64): boolean {
  return (part.lo & ~set.lo) === 0 && (part.hi & ~set.hi) === 0;
}
