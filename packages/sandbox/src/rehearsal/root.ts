/** Two roots with the files of a rehearsal's program: a folder, and an image of the store. Both as files, as a start finds them. */
import fs from "node:fs";
import path from "node:path";
import {
  DT_DIR,
  DT_REG,
  IMAGE_ENTRY,
  IMAGE_INODE,
  IMAGE_TREE_HEADER,
  IMAGE_TREE_MAGIC,
  S_IFDIR,
  S_IFREG,
} from "@kernelet/abi";
import type { ImageGrant, SandboxConfig } from "../protocol.ts";
import { programFiles } from "./program.ts";

/** Where the layers of a configuration come from. */
export type Root = Pick<SandboxConfig, "layers" | "image">;

/** Folders that every root has, since something is mounted there. */
const MOUNT_POINTS = ["dev", "etc", "proc", "sys", "tmp"];

/** @param folder an empty one, for both */
export function writeRoots(folder: string): readonly [Root, Root] {
  const root = path.join(folder, "root");
  fs.mkdirSync(root);
  for (const name of MOUNT_POINTS) fs.mkdirSync(path.join(root, name));
  for (const [name, bytes] of programFiles())
    fs.writeFileSync(path.join(root, name), bytes, { mode: 0o755 });
  const image = writeImage(folder);
  return [{ layers: [{ path: root, writable: false }] }, { layers: [], image }];
}

function writeImage(folder: string): ImageGrant {
  const tree = path.join(folder, "tree");
  const layer = path.join(folder, "layer");
  const files = [...programFiles()].map(([name, bytes]) => ({ name: name.slice(1), bytes }));
  fs.writeFileSync(layer, Buffer.concat(files.map(({ bytes }) => bytes)));
  const names = [...MOUNT_POINTS, ...files.map(({ name }) => name)].sort();
  let data = 0;
  const places = new Map(
    files.map(({ name, bytes: { length } }) => {
      data += length;
      return [name, { at: data - length, length }];
    }),
  );
  fs.writeFileSync(tree, imageTree(names, places, data));
  return { tree, layers: [layer] };
}

interface Place {
  readonly at: number;
  readonly length: number;
}

/** One folder with `names`; those without a place are empty folders. See packages/abi/src/image-tree.ts. */
function imageTree(
  names: readonly string[],
  places: ReadonlyMap<string, Place>,
  contentSize: number,
): Uint8Array {
  const entriesAt = IMAGE_TREE_HEADER.size + (names.length + 1) * IMAGE_INODE.size;
  const namesAt = entriesAt + names.length * IMAGE_ENTRY.size;
  const text = Buffer.from(names.join(""));
  const bytes = new Uint8Array(namesAt + text.length);
  const view = new DataView(bytes.buffer);
  const u32 = (at: number, value: number): void => view.setUint32(at, value, true);
  bytes.set(Buffer.from(IMAGE_TREE_MAGIC));
  bytes.set(text, namesAt);
  u32(IMAGE_TREE_HEADER.inode_count, names.length + 1);
  u32(IMAGE_TREE_HEADER.entry_count, names.length);
  u32(IMAGE_TREE_HEADER.layer_count, 1);
  u32(IMAGE_TREE_HEADER.names, namesAt);
  u32(IMAGE_TREE_HEADER.extras, bytes.length);
  view.setFloat64(IMAGE_TREE_HEADER.file_size, bytes.length, true);
  view.setFloat64(IMAGE_TREE_HEADER.content_size, contentSize, true);

  const inode = (number: number, mode: number, { at, length }: Place, count: number): void => {
    const start = IMAGE_TREE_HEADER.size + (number - 1) * IMAGE_INODE.size;
    u32(start + IMAGE_INODE.mode, mode | 0o755);
    u32(start + IMAGE_INODE.nlink, 1);
    view.setFloat64(start + IMAGE_INODE.file_size, length, true);
    view.setFloat64(start + IMAGE_INODE.data, at, true);
    view.setFloat64(start + IMAGE_INODE.stored, length, true);
    u32(start + IMAGE_INODE.count, count);
  };
  inode(1, S_IFDIR, { at: 0, length: 0 }, names.length);
  let nameAt = 0;
  names.forEach((name, i) => {
    const place = places.get(name);
    const isFolder = place === undefined;
    inode(i + 2, isFolder ? S_IFDIR : S_IFREG, place ?? { at: 0, length: 0 }, 0);
    const entry = entriesAt + i * IMAGE_ENTRY.size;
    u32(entry + IMAGE_ENTRY.name, nameAt);
    u32(entry + IMAGE_ENTRY.inode, i + 2);
    view.setUint16(entry + IMAGE_ENTRY.name_len, name.length, true);
    bytes[entry + IMAGE_ENTRY.type] = isFolder ? DT_DIR : DT_REG;
    nameAt += name.length;
  });
  return bytes;
}
