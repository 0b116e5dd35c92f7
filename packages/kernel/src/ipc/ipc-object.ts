/** What System V shared memory, semaphores and message queues have in common: struct kern_ipc_perm, ipc/util.c. */
import { CAP_IPC_OWNER, CAP_SYS_ADMIN, EACCES, EPERM, type Errno } from "@kernelet/abi";
import type { Clock } from "../kernel/clock.ts";
import type { Credentials } from "../kernel/credentials.ts";

/** Permission bits: S_IRWXUGO. */
const MODE_MASK = 0o777;

export abstract class IpcObject {
  /** Set by the table: sequence number and index. */
  id = 0;
  /** Counts how often the index was used before. */
  sequence = 0;
  /** IPC_PRIVATE, or the key that others find it by. */
  key: number;
  uid: number;
  gid: number;
  readonly cuid: number;
  readonly cgid: number;
  /** Permission bits, and SHM_DEST and SHM_LOCKED. */
  mode: number;
  /** Seconds since the epoch. */
  ctime: number;
  /** Whoever still waits for it gets EIDRM. */
  isRemoved = false;

  constructor(key: number, mode: number, cred: Credentials, clock: Clock) {
    this.key = key;
    this.uid = this.cuid = cred.euid;
    this.gid = this.cgid = cred.egid;
    this.mode = mode & MODE_MASK;
    this.ctime = secondsNow(clock);
  }

  /** ipcperms(): `wanted` has bits for owner, group or others, like the mode itself. */
  permits(cred: Credentials, wanted: number): 0 | Errno {
    const requested = (wanted >> 6) | (wanted >> 3) | wanted;
    let granted = this.mode;
    if (cred.euid === this.cuid || cred.euid === this.uid) granted >>= 6;
    else if (cred.inGroup(this.cgid) || cred.inGroup(this.gid)) granted >>= 3;
    if ((requested & ~granted & 7) === 0) return 0;
    return cred.has(CAP_IPC_OWNER) ? 0 : EACCES;
  }

  /** IPC_RMID. */
  abstract remove(): void;

  /** Who may change or remove it: its owner and its maker. */
  permitsControl(cred: Credentials): 0 | Errno {
    const isOwner = cred.euid === this.cuid || cred.euid === this.uid;
    return isOwner || cred.has(CAP_SYS_ADMIN) ? 0 : EPERM;
  }

  /** IPC_SET. */
  setOwner(uid: number, gid: number, mode: number, clock: Clock): void {
    this.uid = uid;
    this.gid = gid;
    this.mode = (this.mode & ~MODE_MASK) | (mode & MODE_MASK);
    this.ctime = secondsNow(clock);
  }
}

export function secondsNow(clock: Clock): number {
  return Math.floor(clock.realtimeMs() / 1000);
}
