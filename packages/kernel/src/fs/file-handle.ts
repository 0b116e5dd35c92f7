/**
 * File handles: name_to_handle_at(2), fs/exportfs. A handle is the inode's number, after which the filesystem's tree
 * of names is searched: slow, but nothing has to be kept for files that nobody asks for.
 */
import { storeU64 } from "../mm/store-u64.ts";
import type { Dentry } from "./dentry.ts";
import type { Superblock } from "./superblock.ts";

/** Bytes of f_handle: a generation, always 0, and the number's two halves, as tmpfs has them. */
export const HANDLE_SIZE = 12;
/** handle_type. */
export const HANDLE_TYPE = 1;

/** Filesystems in which a number means the same file as long as that lives. */
export function givesHandles(superblock: Superblock): boolean {
  return ["tmpfs", "devtmpfs", "overlay"].includes(superblock.type);
}

export function encodeHandle(ino: number): Uint8Array {
  const bytes = new Uint8Array(HANDLE_SIZE);
  storeU64(new DataView(bytes.buffer), 4, ino);
  return bytes;
}

/** A name of the file that `handle` is of, or null: ESTALE. */
export function findByHandle(superblock: Superblock, handle: Uint8Array): Dentry | null {
  if (handle.length < HANDLE_SIZE) return null;
  const view = new DataView(handle.buffer, handle.byteOffset);
  const ino = view.getUint32(8, true) * 2 ** 32 + view.getUint32(4, true);
  const left: Dentry[] = [superblock.root];
  for (let dentry = left.pop(); dentry !== undefined; dentry = left.pop()) {
    if (dentry.inode?.ino === ino && dentry.inode.superblock === superblock) return dentry;
    for (const child of dentry.children) left.push(child);
  }
  return null;
}
