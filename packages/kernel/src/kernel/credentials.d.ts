import { BitSet64 } from "./bit-set.ts";
/** Every capability there is. */
export declare function allCapabilities(): BitSet64;
export declare class Credentials {
  /** Real, effective, saved and file system user. */
  uid: number;
  euid: number;
  suid: number;
  fsuid: number;
  gid: number;
  egid: number;
  sgid: number;
  fsgid: number;
  /** Supplementary groups, ascending, without duplicates removed (as setgroups gave them, sorted). */
  groups: readonly number[];
  inheritable: BitSet64;
  permitted: BitSet64;
  effective: BitSet64;
  bounding: BitSet64;
  ambient: BitSet64;
  /** SECBIT_*. */
  securebits: number;
  /** PR_SET_NO_NEW_PRIVS: execve grants nothing. Linux keeps this on the task; nothing tells the difference. */
  noNewPrivs: boolean;
  /** Root with all capabilities. */
  static root(): Credentials;
  /** A user as login leaves it: no capabilities unless uid is 0. */
  static user(uid: number, gid: number, groups?: readonly number[]): Credentials;
  copy(): Credentials;
  /** Whether capability `cap` is effective. */
  has(cap: number): boolean;
  /** Whether `gid` is the file system group or a supplementary one: in_group_p(). */
  inGroup(gid: number): boolean;
  /** The same with the effective group: in_egroup_p(). */
  inEffectiveGroup(gid: number): boolean;
}
