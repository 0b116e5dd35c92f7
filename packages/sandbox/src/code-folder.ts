/**
 * The folder of archives for this very translator: what another one has made must not be found. Its version is a hash
 * over the sources of the processor, so nobody can forget to change it.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { buildFacts } from "./start-image.ts";

/** Folders of other versions that are kept, for somebody who goes back and forth between two. */
const OTHER_VERSIONS = 2;

/** By the contents of `folder`'s sources, tests left out. */
export function hashSources(folder: string): string {
  const hash = createHash("sha256");
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const name of names.filter(isSource).sort()) {
    const text = fs.readFileSync(path.join(folder, name));
    hash.update(`${name} ${text.length}\n`).update(text);
  }
  return hash.digest("hex").slice(0, 16);
}

const isSource = (name: string): boolean => name.endsWith(".ts") && !name.endsWith(".test.ts");

/** The translator's version as the build has written it down, or from the sources beside `main`. */
export function translatorVersion(main: string): string {
  return buildFacts(main)?.translator ?? hashSources(path.join(main, "../../../cpu/src"));
}

/** The folder in `cacheFolder`, made if need be; undefined where it cannot be. */
export function openCodeFolder(cacheFolder: string, main: string): string | undefined {
  try {
    return openVersion(path.join(cacheFolder, "code"), translatorVersion(main));
  } catch {
    return undefined;
  }
}

/** The folder of a version, made if need be. @throws the system's error */
export function openVersion(all: string, version: string): string {
  const folder = path.join(all, version);
  if (!fs.existsSync(folder)) {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    forgetOthers(all, folder);
  }
  return folder;
}

function forgetOthers(all: string, folder: string): void {
  const others = fs.readdirSync(all).map((name) => path.join(all, name));
  const byUse = others
    .filter((other) => other !== folder)
    .map((other) => ({ other, mtimeMs: fs.statSync(other).mtimeMs }))
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  for (const { other } of byUse.slice(OTHER_VERSIONS)) {
    fs.rmSync(other, { recursive: true, force: true });
  }
}
