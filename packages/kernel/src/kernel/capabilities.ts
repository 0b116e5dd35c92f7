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
  const wasRoot = old.uid === 0 || old.euid === 0 || old.suid === 0;
  const isRoot = next.uid === 0 || next.euid === 0 || next.suid === 0;
  if (wasRoot && !isRoot) {
    if ((old.securebits & SECBIT_KEEP_CAPS) === 0) {
      next.permitted.clear();
      next.effective.clear();
    }
    next.ambient.clear();
  }
  if (old.euid === 0 && next.euid !== 0) next.effective.clear();
  if (old.euid !== 0 && next.euid === 0) next.effective.assign(next.permitted);
  if (old.fsuid === 0 && next.fsuid !== 0) next.effective.subtract(FS_CAPABILITIES);
  if (old.fsuid !== 0 && next.fsuid === 0) {
    const regained = next.permitted.copy();
    regained.intersect(FS_CAPABILITIES);
    next.effective.union(regained);
  }
}
