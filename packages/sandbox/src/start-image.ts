/**
 * Start images: the sandbox process after it has loaded its code and before it knows what to run, as V8 writes a heap
 * down (`node --build-snapshot`). A process that starts from one neither compiles nor evaluates 1.5 MB of JavaScript.
 *
 * An image fits one Node, one machine type and one bundle, and Node crashes on another's or on half a file. So the name
 * of an image says all that, and its length; it appears under that name when it is whole. Who starts from one and
 * finds the process gone before it ran anything throws the image away and starts from the bundle (launch.ts).
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";

/** Images that are kept for other Nodes and versions. */
const MAX_IMAGES = 4;
const SUFFIX = ".blob";
const ABANDONED_MS = 120_000;
/** Where it could not be made, as on a full disk, it is tried again after that time. */
const RETRY_MS = 24 * 60 * 60 * 1000;
/** Written beside the bundle by tools/build.ts. */
const BUILD_FACTS = "build.json";

/** What tools/build.ts says of a bundle: hashes of it, and of the sources of its processor. */
export interface BuildFacts {
  readonly sandbox: string;
  readonly translator: string;
}

/** undefined where `main` is no bundle, but a source. */
export function buildFacts(main: string): BuildFacts | undefined {
  try {
    return JSON.parse(fs.readFileSync(path.join(path.dirname(main), BUILD_FACTS), "utf8"));
  } catch {
    return undefined;
  }
}

/** What an image depends on, as the first part of its name. `flags` are V8's. */
export function imageKey(bundleId: string, flags: readonly string[]): string {
  const { version, arch, platform, execPath } = process;
  const { size, mtimeMs } = fs.statSync(execPath);
  const parts = [bundleId, version, arch, platform, size, mtimeMs, ...flags];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}

/** The image of that key in `folder`, if it is there and whole. */
export function findImage(folder: string, key: string): string | undefined {
  for (const name of listImages(folder)) {
    if (!name.startsWith(`${key}-`)) continue;
    const image = path.join(folder, name);
    const { size } = fs.statSync(image, { throwIfNoEntry: false }) ?? {};
    if (name === imageName(key, size ?? -1)) return image;
    fs.rmSync(image, { force: true });
  }
  return undefined;
}

const imageName = (key: string, size: number): string => `${key}-${size}${SUFFIX}`;

function listImages(folder: string): string[] {
  try {
    return fs.readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  } catch {
    return [];
  }
}

const partOf = (folder: string, key: string): string => path.join(folder, `${key}.part`);
/** A folder for what is run before an image is written. */
const rehearsalOf = (folder: string, key: string): string => path.join(folder, `${key}.rehearsal`);
const failureOf = (folder: string, key: string): string => path.join(folder, `${key}.failed`);

function isYounger(file: string, ms: number): boolean {
  const { mtimeMs } = fs.statSync(file, { throwIfNoEntry: false }) ?? {};
  return mtimeMs !== undefined && Date.now() - mtimeMs < ms;
}

/** Whether an image should be made: nobody is at it, and nobody has failed lately. */
export function isImageWanted(folder: string, key: string): boolean {
  const isAtWork = isYounger(partOf(folder, key), ABANDONED_MS);
  return !isAtWork && !isYounger(failureOf(folder, key), RETRY_MS);
}

/**
 * Makes an image of the bundle `main`, unless somebody else is about to.
 * @returns whether it has been made
 */
export function makeImage(
  folder: string,
  key: string,
  main: string,
  flags: readonly string[],
): boolean {
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!claim(folder, key)) return false;
  } catch {
    return false;
  }
  const isMade = finish(folder, key, main, flags);
  try {
    for (const fileOf of [partOf, rehearsalOf, failureOf])
      fs.rmSync(fileOf(folder, key), { recursive: true, force: true });
    if (!isMade) fs.writeFileSync(failureOf(folder, key), "");
  } catch {
    // The next start tries again.
  }
  return isMade;
}

function finish(folder: string, key: string, main: string, flags: readonly string[]): boolean {
  const unfinished = partOf(folder, key);
  const rehearsal = rehearsalOf(folder, key);
  try {
    fs.mkdirSync(rehearsal);
    const args = [...flags, "--snapshot-blob", unfinished, "--build-snapshot", main, rehearsal];
    const { status } = spawnSync(process.execPath, args, { env: {}, stdio: "ignore" });
    if (status !== 0) return false;
    const fd = fs.openSync(unfinished, "r+");
    fs.fsyncSync(fd);
    const { size } = fs.fstatSync(fd);
    fs.closeSync(fd);
    fs.renameSync(unfinished, path.join(folder, imageName(key, size)));
    forgetOld(folder);
    return true;
  } catch {
    // A full disk, a folder that may not be written: it starts without.
    return false;
  }
}

/** Takes the unfinished file's name for us. One that has been there for long is of somebody who was killed. */
function claim(folder: string, key: string): boolean {
  const unfinished = partOf(folder, key);
  if (isYounger(unfinished, ABANDONED_MS)) return false;
  fs.rmSync(unfinished, { force: true });
  fs.rmSync(rehearsalOf(folder, key), { recursive: true, force: true });
  fs.closeSync(fs.openSync(unfinished, "wx", 0o600));
  return true;
}

function forgetOld(folder: string): void {
  const images = listImages(folder).map((name) => {
    const image = path.join(folder, name);
    return { image, mtimeMs: fs.statSync(image).mtimeMs };
  });
  images.sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { image } of images.slice(MAX_IMAGES)) fs.rmSync(image, { force: true });
}
