/**
 * The layers of a container's root: the image's, and of its own those of the runs in which something was written. While it
 * runs, what it writes is in memory; at its end its sandbox writes it down, and the next start puts it on top. A run that was
 * killed has left nothing.
 *
 *   own-3.tar      what the fourth run has written
 *   own-0-2.tar    what the first three have: several that were made one
 *   new.tar        what the last run has, if the journal says that it is whole
 *
 * A file that covers more runs takes the place of those that cover parts of them, from the moment that it has its name: they
 * may still be there, and nobody looks. So their number stays bounded, whatever moment somebody is killed at.
 */
import fs from "node:fs";
import path from "node:path";
import { differenceOf, mergeLayers, treeLayerCount, treeOf } from "@kernelet/image";
import type { Container } from "./container.ts";
import { fileError } from "./errors.ts";
import type { ContainerPaths } from "./paths.ts";

/** More are merged before the next start. */
export const MOST_OWN_LAYERS = 8;
/** Of those that are merged, at least so many: or each run would merge some. */
const LEAST_MERGED = 5;

interface OwnLayer {
  readonly file: string;
  /** Numbers of runs, both included. */
  readonly from: number;
  readonly to: number;
}

/**
 * Takes in what the last run has left, and sees to it that the tree is of all layers.
 * Preconditions: the caller has the container's lock, and it does not run. Whenever this is cut off, the next one goes on.
 *
 * @returns the layers, the lowest first.
 */
export function stackLayers(container: Container): string[] {
  const { paths } = container;
  if (hasNewLayer(container)) takeIn(paths, paths.newLayer);
  else fs.rmSync(paths.newLayer, { force: true });
  fs.rmSync(paths.copyLayer, { force: true });
  const own = ownLayers(paths);
  removeCovered(paths, own);
  if (own.length > MOST_OWN_LAYERS) mergeOwn(container, own);
  const layers = [...imageLayers(container), ...ownLayers(paths).map(({ file }) => file)];
  if (treeLayerCount(paths.tree) !== layers.length) writeTree(paths, layers);
  return layers;
}

/** A layer that is whole becomes the uppermost. Preconditions: as `stackLayers`. */
export function takeIn(paths: ContainerPaths, file: string): void {
  const next = (ownLayers(paths).at(-1)?.to ?? -1) + 1;
  fs.renameSync(file, paths.ownLayer(next, next));
}

export function imageLayers({ config, paths }: Container): string[] {
  return Array.from({ length: config.image.layerCount }, (_, i) => paths.layer(i));
}

/** What all runs that have ended have written, the oldest first. */
export function settledLayers(container: Container): string[] {
  const own = ownLayers(container.paths).map(({ file }) => file);
  return hasNewLayer(container) ? [...own, container.paths.newLayer] : own;
}

/** An empty one is of a start that came to nothing. */
function hasNewLayer(container: Container): boolean {
  if (!container.state().hasNewLayer) return false;
  return (fs.statSync(container.paths.newLayer, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** Those that count, the oldest first: of several that begin with one run, the one that covers most. */
export function ownLayers(paths: ContainerPaths): OwnLayer[] {
  const all = fs.readdirSync(paths.image).flatMap((name) => parseName(paths, name) ?? []);
  const layers: OwnLayer[] = [];
  for (let run = 0; ; ) {
    const starting = all.filter(({ from }) => from === run).sort((a, b) => b.to - a.to);
    if (starting[0] === undefined) return layers;
    layers.push(starting[0]);
    run = starting[0].to + 1;
  }
}

function parseName(paths: ContainerPaths, name: string): OwnLayer | undefined {
  const [, first, last = first] = /^own-(\d+)(?:-(\d+))?\.tar$/.exec(name) ?? [];
  if (first === undefined) return undefined;
  return { file: path.join(paths.image, name), from: Number(first), to: Number(last) };
}

/** What merging has made superfluous, and what is left of one that was cut off. */
function removeCovered(paths: ContainerPaths, own: readonly OwnLayer[]): void {
  for (const name of fs.readdirSync(paths.image)) {
    const layer = parseName(paths, name);
    const isCovered =
      layer !== undefined &&
      own.some(({ file, from, to }) => file !== layer.file && from <= layer.from && layer.to <= to);
    if (isCovered || name.endsWith(".part")) fs.rmSync(path.join(paths.image, name));
  }
}

/** The uppermost ones become one; without room for it they stay as they are. */
function mergeOwn(container: Container, own: readonly OwnLayer[]): void {
  const { paths } = container;
  const start = firstMerged(own.map(({ file }) => fs.statSync(file).size));
  const merged = own.slice(start);
  const [from, to] = [merged[0]?.from ?? 0, merged.at(-1)?.to ?? 0];
  const ofImage = imageLayers(container);
  const below = [...ofImage, ...own.slice(0, start).map(({ file }) => file)];
  const all = [...below, ...merged.map(({ file }) => file)];
  const part = `${paths.ownLayer(from, to)}.part`;
  try {
    writeDifference(below, all, part);
  } catch (error) {
    fs.rmSync(part, { force: true });
    // With a full disk, it runs with more layers.
    if (isNoSpace(error)) return;
    throw error;
  }
  // It is of the layers before: their count alone would not tell.
  fs.rmSync(paths.tree, { force: true });
  fs.renameSync(part, paths.ownLayer(from, to));
  for (const { file } of merged) fs.rmSync(file, { force: true });
}

/**
 * Which is the first that is merged with all above it. An older one that is much larger than these stays apart, so that what
 * was written once is not copied again and again.
 */
export function firstMerged(sizes: readonly number[]): number {
  let first = sizes.length;
  let sum = 0;
  while (first > 0) {
    const size = sizes[first - 1] ?? 0;
    const isWanted = sizes.length - first < LEAST_MERGED || size <= 2 * sum;
    if (!isWanted) break;
    sum += size;
    first--;
  }
  return first;
}

/** One layer that makes the upper stack of the lower, piece by piece. */
export function difference(
  below: readonly string[],
  all: readonly string[],
): Generator<Uint8Array, void, undefined> {
  const rootOf = (files: readonly string[]) =>
    mergeLayers(files.map((file) => ({ file, name: file }))).root;
  return differenceOf({ before: rootOf(below), after: rootOf(all), layers: all });
}

/** The same in a file, on the disk when it returns. */
function writeDifference(below: readonly string[], all: readonly string[], target: string): void {
  const fd = fs.openSync(target, "w", 0o600);
  try {
    for (const bytes of difference(below, all)) {
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(fd, bytes, at);
    }
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** Never in place: the file is the image store's, too. */
function writeTree(paths: ContainerPaths, layers: readonly string[]): void {
  const part = `${paths.tree}.part`;
  try {
    fs.writeFileSync(part, treeOf(layers.map((file) => ({ file, name: file }))), { mode: 0o600 });
    fs.renameSync(part, paths.tree);
  } catch (error) {
    fs.rmSync(part, { force: true });
    throw (error as NodeJS.ErrnoException).syscall === undefined
      ? error
      : fileError("writing", paths.tree, error);
  }
}

function isNoSpace(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT";
}

export interface ContainerSize {
  /** What the runs that have ended have written. */
  readonly ownBytes: number;
  /** Shared with others that are made of the same. */
  readonly imageBytes: number;
}

export function containerSize(container: Container): ContainerSize {
  const sum = (files: readonly string[]): number =>
    files.reduce(
      (bytes, file) => bytes + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  return { ownBytes: sum(settledLayers(container)), imageBytes: sum(imageLayers(container)) };
}
