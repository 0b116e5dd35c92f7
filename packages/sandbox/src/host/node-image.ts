/** Opens an image of the store: its tree into memory, the tars of its layers as handles for the kernel's reads. */
import fs from "node:fs";
import { crc32 } from "node:zlib";
import { EIO, type Errno, IMAGE_TREE_HEADER } from "@kernelet/abi";
import { type ImageSource, ImageTree } from "@kernelet/kernel";
import type { ImageGrant } from "../protocol.ts";
import type { HostLog } from "./host-log.ts";
import { errnoOf } from "./node-errno.ts";

/**
 * All files are opened now: an image that is removed from the store later stays whole for who runs it.
 * @returns EIO for a tree that is damaged.
 */
export function openImage(grant: ImageGrant, log: HostLog): ImageSource | Errno {
  const opened: number[] = [];
  try {
    const bytes = fs.readFileSync(grant.tree);
    log.recordOpen(grant.tree);
    log.record("read", bytes.length, bytes.length);
    const tree = isIntact(bytes) ? ImageTree.open(bytes) : null;
    if (tree === null || tree.layerCount !== grant.layers.length) return EIO;
    for (const path of grant.layers) {
      opened.push(fs.openSync(path, "r"));
      log.recordOpen(path);
    }
    return { tree, layers: opened };
  } catch (error) {
    for (const fd of opened) fs.closeSync(fd);
    return log.record("open", errnoOf(error));
  }
}

function isIntact(bytes: Buffer): boolean {
  if (bytes.length < IMAGE_TREE_HEADER.size) return false;
  const stated = bytes.readUInt32LE(IMAGE_TREE_HEADER.crc);
  return stated === crc32(bytes.subarray(IMAGE_TREE_HEADER.size));
}
