/** `cp CONTAINER:SOURCE -` and `cp - CONTAINER:FOLDER`: a tar on standard output, or on standard input. */
import fs from "node:fs";
import os from "node:os";
import path, { posix } from "node:path";
import process from "node:process";
import { pipeline } from "node:stream/promises";
import { S_IFDIR, S_IFLNK, S_IFREG } from "@kernelet/abi";
import { LayerError } from "@kernelet/image";
import {
  END_OF_ARCHIVE,
  encodeEntry,
  encodeLink,
  scanFile,
  type TarEntry,
} from "@kernelet/image/tar";
import { CliError } from "../errors.ts";
import { type Facts, type Guest, refused } from "./copy-sides.ts";

const CHUNK = 256 * 1024;

interface SendOptions {
  readonly followLink?: true;
}

/** With the source's own name in front, as docker(1) has it; of `SOURCE/.`, with ".". */
export async function sendArchive(
  from: Guest,
  source: string,
  options: SendOptions,
): Promise<void> {
  if (process.stdout.isTTY === true) {
    throw new CliError(
      "bad-option",
      "cp: standard output is a terminal; an archive is nothing for it",
    );
  }
  const isContent = /(^|\/)\.$/.test(source);
  const place = from.resolve(source.replace(/(^|\/)\.$/, "$1") || ".");
  const followsLinks = options.followLink === true || isContent || source.endsWith("/");
  const facts = await from.facts(place, followsLinks);
  if (facts === null) throw refused(`${source}: no such file or folder`);
  const name = isContent ? "." : posix.basename(place) || ".";
  try {
    await pipeline(archiveOf(from, place, facts, name), process.stdout, { end: false });
  } catch (error) {
    // Whoever read us has seen enough.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}

async function* archiveOf(
  from: Guest,
  place: string,
  facts: Facts,
  name: string,
): AsyncGenerator<Uint8Array> {
  yield* entriesOf(from, place, facts, name, new Map());
  yield END_OF_ARCHIVE;
}

const TYPES = { file: S_IFREG, folder: S_IFDIR, link: S_IFLNK } as const;

async function* entriesOf(
  from: Guest,
  place: string,
  facts: Facts,
  name: string,
  named: Map<number, string>,
): AsyncGenerator<Uint8Array> {
  // Devices, FIFOs and sockets hold nothing that could be copied.
  if (facts.kind === "other") return;
  const isFile = facts.kind === "file";
  const first = isFile && facts.nlink > 1 ? named.get(facts.ino) : undefined;
  if (first !== undefined) {
    yield encodeLink(Buffer.from(name), Buffer.from(first));
    return;
  }
  if (isFile) named.set(facts.ino, name);
  const size = isFile ? facts.size : 0;
  const seconds = Math.floor(facts.mtimeMs / 1000);
  const { head, tail } = encodeEntry({
    path: Buffer.from(facts.kind === "folder" ? `${name}/` : name),
    ...{ mode: TYPES[facts.kind] | (facts.mode & 0o7777), uid: facts.uid, gid: facts.gid },
    ...{ mtimeSec: seconds, mtimeNsec: Math.floor((facts.mtimeMs - seconds * 1000) * 1e6) },
    ...{ rdev: 0, xattrs: [], size, segments: size > 0 ? [{ off: 0, len: size }] : [] },
    target: facts.kind === "link" ? Buffer.from(await from.readlink(place)) : null,
  });
  yield head;
  if (size > 0) yield* exactly(from.read(place), size);
  yield tail;
  if (facts.kind !== "folder") return;
  for (const child of await from.list(place)) {
    const below = from.join(place, child);
    const childFacts = await from.facts(below, false);
    if (childFacts !== null) yield* entriesOf(from, below, childFacts, `${name}/${child}`, named);
  }
}

/** As much as was promised, whatever becomes of the file meanwhile. */
async function* exactly(
  content: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array> {
  let missing = size;
  for await (const chunk of content) {
    if (missing === 0) return;
    const part = chunk.subarray(0, missing);
    missing -= part.length;
    yield part;
  }
  for (; missing > 0; missing -= Math.min(missing, CHUNK)) {
    yield new Uint8Array(Math.min(missing, CHUNK));
  }
}

/** Into a folder that is there. Places in the archive are wanted in any order: it becomes a file first. */
export async function receiveArchive(to: Guest, target: string, isArchive: boolean): Promise<void> {
  const folder = to.resolve(target);
  const there = await to.facts(folder, true);
  if (there === null) throw refused(`${target}: no such file or folder`);
  if (there.kind !== "folder") throw refused(`${target} is no folder`);
  const temporary = fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-cp-"));
  const file = path.join(temporary, "archive.tar");
  try {
    await pipeline(process.stdin, fs.createWriteStream(file, { flags: "wx", mode: 0o600 }));
    const fd = fs.openSync(file, "r");
    try {
      const folders: [string, Facts][] = [];
      for (const entry of scan(fd)) {
        await extract(to, { folder, entry, fd, isArchive, folders });
      }
      // What was put into them has changed their times.
      for (const [place, facts] of folders.reverse()) await to.setFacts(place, facts, isArchive);
    } finally {
      fs.closeSync(fd);
    }
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

function scan(fd: number): TarEntry[] {
  const entries: TarEntry[] = [];
  try {
    scanFile(fd, { from: 0, to: fs.fstatSync(fd).size }, (entry) => entries.push(entry));
  } catch (error) {
    if (!(error instanceof LayerError)) throw error;
    throw refused(`standard input is no tar that can be read: ${error.message}`);
  }
  return entries;
}

/** A name in an archive leads nowhere but below the folder, unless a link inside the container does. */
function placeOf(to: Guest, folder: string, name: string): string {
  const text = Buffer.from(name, "latin1").toString("utf8");
  return to.join(folder, posix.normalize(`/${text}`));
}

interface Extraction {
  readonly folder: string;
  readonly entry: TarEntry;
  readonly fd: number;
  readonly isArchive: boolean;
  /** Takes those that are to be described at the end. */
  readonly folders: [string, Facts][];
}

async function extract(
  to: Guest,
  { folder, entry, fd, isArchive, folders }: Extraction,
): Promise<void> {
  const place = placeOf(to, folder, entry.name).replace(/(.)\/$/, "$1");
  if (place === folder) return;
  await makeParents(to, folder, posix.dirname(place));
  const { mode, uid, gid, size } = entry;
  const mtimeMs = entry.mtimeSec * 1000 + entry.mtimeNsec / 1e6;
  const facts: Facts = { kind: "file", mode, uid, gid, mtimeMs, size, ino: 0, nlink: 1 };
  const there = await to.facts(place, false);
  switch (entry.type) {
    case "directory":
      if (there !== null && there.kind !== "folder") throw refused(`${place} is no folder`);
      if (there === null) await to.mkdir(place, 0o755);
      folders.push([place, facts]);
      return;
    case "symlink":
      await to.symlink(Buffer.from(entry.linkName, "latin1").toString("utf8"), place);
      return;
    case "hardlink":
      await to.link(placeOf(to, folder, entry.linkName), place);
      return;
    case "file":
      if (there?.kind === "folder") throw refused(`${place} is a folder`);
      // A link is replaced, not followed: what it leads to was not named.
      if (there !== null && there.kind !== "file") await to.unlink(place);
      await to.write(place, contentOf(entry, fd), mode);
      await to.setFacts(place, facts, isArchive);
      return;
    default: // Devices and FIFOs, as in the other direction.
  }
}

async function makeParents(to: Guest, folder: string, parent: string): Promise<void> {
  if (parent === folder || parent === "/" || (await to.facts(parent, true)) !== null) return;
  await makeParents(to, folder, posix.dirname(parent));
  await to.mkdir(parent, 0o755);
}

/** Holes are read as zeros. */
async function* contentOf(
  { size, sparse, dataOff, stored }: TarEntry,
  fd: number,
): AsyncGenerator<Uint8Array> {
  let [at, data] = [0, dataOff];
  for (const { off, len } of [...(sparse ?? [{ off: 0, len: stored }]), { off: size, len: 0 }]) {
    for (; at < off; at += Math.min(CHUNK, off - at)) {
      yield new Uint8Array(Math.min(CHUNK, off - at));
    }
    for (const end = off + len; at < end; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK, end - at));
      const n = fs.readSync(fd, chunk, 0, chunk.length, data);
      if (n === 0) throw refused("standard input ends in the middle of a file");
      yield chunk.subarray(0, n);
      at += n;
      data += n;
    }
  }
}
