/** What changes of user do to capabilities: capabilities(7), security/commoncap.c. */
import {
  CAP_CHOWN,
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_FOWNER,
  CAP_FSETID,
  CAP_LINUX_IMMUTABLE,
  CAP_MAC_OVERRIDE,
  CAP_MKNOD,
  SECBIT_KEEP_CAPS,
  SECBIT_NO_SETUID_FIXUP,
} from "@kernelet/abi";
import { BitSet64 } from "./bit-set.ts";
import type { Credentials } from "./credentials.ts";

/** Capabilities about files, which follow the file system user. */
const FS_CAPABILITIES = BitSet64.of(
  CAP_CHOWN,
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_FOWNER,
  CAP_FSETID,
  CAP_LINUX_IMMUTABLE,
  CAP_MKNOD,
  CAP_MAC_OVERRIDE,
);

/** cap_emulate_setxuid(): root's capabilities come and go with user 0. Changes `next`. */
export function fixCapabilitiesAfterSetuid(old: Credentials, next: Credentials): void {
  if ((old.securebits & SECBIT_NO_SETUID_FIXUP) !== 0) return;
  const root = old.userNamespace.rootUid;
  const wasRoot = old.uid === root || old.euid === root || old.suid === root;
  const isRoot = next.uid === root || next.euid === root || next.suid === root;
  if (wasRoot && !isRoot) {
    if ((old.securebits & SECBIT_KEEP_CAPS) === 0) {
      next.permitted.clear();
      next.effective.clear();
    }
    next.ambient.clear();
  }
  if (old.euid === root && next.euid !== root) next.effective.clear();
  if (old.euid !== root && next.euid === root) next.effective.assign(next.permitted);
}

/** cap_task_fix_setuid(LSM_SETID_FS): those about files follow setfsuid(2), and no other call. Changes `next`. */
export function fixCapabilitiesAfterSetfsuid(old: Credentials, next: Credentials): void {
  if ((old.securebits & SECBIT_NO_SETUID_FIXUP) !== 0) return;
  const root = old.userNamespace.rootUid;
  if (old.fsuid === root && next.fsuid !== root) next.effective.subtract(FS_CAPABILITIES);
  if (old.fsuid !== root && next.fsuid === root) {
    const regained = next.permitted.copy();
    regained.intersect(FS_CAPABILITIES);
    next.effective.union(regained);
  }
}
