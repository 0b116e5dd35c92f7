/** Opens an image of the store: its tree, and the tars of its layers as handles for the kernel's reads. */
import fs from "node:fs";
import { EIO, type Errno } from "@kernelet/abi";
import { type ByteSource, type ImageSource, ImageTree } from "@kernelet/kernel";
import type { ImageGrant } from "../protocol.ts";
import type { HostLog } from "./host-log.ts";
import { errnoOf } from "./node-errno.ts";

/**
 * All files are opened now: an image that is removed from the store later stays whole for who runs it.
 * @returns EIO for a tree that is damaged.
 */
export function openImage(grant: ImageGrant, log: HostLog): ImageSource | Errno {
  const opened: number[] = [];
  const open = (path: string): number => {
    const fd = fs.openSync(path, "r");
    opened.push(fd);
    log.recordOpen(path);
    return fd;
  };
  try {
    const tree = ImageTree.open(sourceOf(open(grant.tree), log));
    if (tree?.layerCount === grant.layers.length) return { tree, layers: grant.layers.map(open) };
    for (const fd of opened) fs.closeSync(fd);
    return EIO;
  } catch (error) {
    for (const fd of opened) fs.closeSync(fd);
    return log.record("open", errnoOf(error));
  }
}

function sourceOf(fd: number, log: HostLog): ByteSource {
  return {
    size: fs.fstatSync(fd).size,
    read: (into, off) => {
      const n = fs.readSync(fd, into, 0, into.length, off);
      return log.record("read", n, n);
    },
  };
}
