/** struct ipc64_perm and what the *ctl calls of System V IPC have in common. */
import { IPC64_PERM } from "@kernelet/abi";
import type { IpcObject } from "../ipc/ipc-object.ts";

/** What IPC_SET takes of a structure. */
export interface IpcOwner {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Writes the permissions that begin each of the structures. */
export function encodeIpcPerm(view: DataView, object: IpcObject): void {
  view.setInt32(IPC64_PERM.key, object.key, true);
  view.setUint32(IPC64_PERM.uid, object.uid, true);
  view.setUint32(IPC64_PERM.gid, object.gid, true);
  view.setUint32(IPC64_PERM.cuid, object.cuid, true);
  view.setUint32(IPC64_PERM.cgid, object.cgid, true);
  view.setUint32(IPC64_PERM.mode, object.mode, true);
  view.setUint16(IPC64_PERM.seq, object.sequence, true);
}

export function decodeIpcOwner(bytes: Uint8Array): IpcOwner {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return {
    uid: view.getUint32(IPC64_PERM.uid, true),
    gid: view.getUint32(IPC64_PERM.gid, true),
    mode: view.getUint32(IPC64_PERM.mode, true),
  };
}

/** (uid_t) -1 is nobody's. */
export function isValidOwner(owner: IpcOwner): boolean {
  return owner.uid !== 0xffffffff && owner.gid !== 0xffffffff;
}
