/** Makes V8's machine code of archives' Wasm: what make-native-code.ts does, in a process of its own. */
import fs from "node:fs";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { INTERPRETER, modulesOf, prepareProcessor } from "@kernelet/cpu";
import { CODE_LIMIT } from "../code-limit.ts";
import { ARCHIVE_SUFFIX, keepWithin, PART, readArchive, unpack } from "../host/code-store.ts";
import { NATIVE_SUFFIX, NativeFile, packCode, sha256 } from "../host/native-file.ts";
import { codeOf } from "../host/v8-code.ts";
import { type CodeEntry, writeCodeFile } from "./format.ts";

/** A module that is larger isn't a region's. */
const MAX_WASM = 4 * 1024 * 1024;
/** Whoever claimed an archive that long ago was killed. */
const ABANDONED_MS = 10 * 60 * 1000;
/** File systems keep times of different precision. */
const SAME_TIME_MS = 2;

export interface Folders {
  /** Of archives. Sandboxes write there: anything may be in it. */
  readonly code: string;
  /** Of machine code. */
  readonly native: string;
}

/**
 * Compiles what is new in the archives since that was done last.
 * @returns whether all is done: false if somebody else is at one of them
 */
export function compileArchives({ code, native }: Folders): boolean {
  let isDone = compileInterpreter(native);
  for (const file of fs.readdirSync(code)) {
    if (!file.endsWith(ARCHIVE_SUFFIX)) continue;
    const name = file.slice(0, -ARCHIVE_SUFFIX.length);
    const stat = fs.lstatSync(path.join(code, file), { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const result = path.join(native, name + NATIVE_SUFFIX);
    const { mtimeMs } = fs.lstatSync(result, { throwIfNoEntry: false }) ?? {};
    // It has its archive's time.
    if (mtimeMs !== undefined && Math.abs(mtimeMs - stat.mtimeMs) < SAME_TIME_MS) continue;
    const isReplaced = replace(native, name, (part) => {
      const entries = entriesFor(path.join(code, file), name, result);
      fs.writeFileSync(part, writeCodeFile(entries, sha256));
      fs.utimesSync(part, stat.atimeMs / 1000, stat.mtimeMs / 1000);
    });
    isDone &&= isReplaced;
    keepWithin(native, CODE_LIMIT);
  }
  return isDone;
}

/** It is the same in every process of this version. */
function compileInterpreter(native: string): boolean {
  const result = path.join(native, INTERPRETER + NATIVE_SUFFIX);
  if (fs.existsSync(result)) return true;
  const { bytes } = prepareProcessor();
  return replace(native, INTERPRETER, (part) => {
    const entry = compiled(sha256(bytes), bytes);
    fs.writeFileSync(part, writeCodeFile(entry === undefined ? [] : [entry], sha256));
  });
}

/** @returns false where somebody else is at it */
function replace(native: string, name: string, write: (part: string) => void): boolean {
  const part = path.join(native, name + PART);
  if (!claim(part)) return false;
  try {
    write(part);
    fs.renameSync(part, path.join(native, name + NATIVE_SUFFIX));
  } finally {
    fs.rmSync(part, { force: true });
  }
  return true;
}

function claim(part: string): boolean {
  const { mtimeMs } = fs.lstatSync(part, { throwIfNoEntry: false }) ?? {};
  if (mtimeMs !== undefined && Date.now() - mtimeMs > ABANDONED_MS) fs.rmSync(part);
  try {
    fs.closeSync(fs.openSync(part, "wx", 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Code for each module of an archive, as far as it has been made before from there. */
function entriesFor(archive: string, name: string, known: string): CodeEntry[] {
  const bytes = readArchive(archive, name)?.contents;
  if (bytes === undefined) return [];
  const before = NativeFile.open(known);
  const entries = new Map<string, CodeEntry>();
  for (const { packed, length } of modulesOf(bytes)) {
    const wasm = length > MAX_WASM ? undefined : unpack(packed, length);
    if (wasm === undefined) continue;
    const hash = sha256(wasm);
    const entry = before?.entry(hash) ?? compiled(hash, wasm);
    if (entry !== undefined) entries.set(Buffer.from(hash).toString("hex"), entry);
  }
  before?.close();
  return [...entries.values()];
}

function compiled(hash: Uint8Array, wasm: Uint8Array<ArrayBuffer>): CodeEntry | undefined {
  try {
    const code = codeOf(optimised(wasm));
    return code && { wasm: hash, packed: packCode(code), length: code.length };
  } catch {
    // No Wasm: the archive is damaged, or somebody has written there.
    return undefined;
  }
}

/** The options are as before when the code is written down: it is for processes with the same ones. */
function optimised(wasm: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  setFlagsFromString("--no-liftoff");
  setFlagsFromString("--no-wasm-lazy-compilation");
  try {
    return new WebAssembly.Module(wasm);
  } finally {
    setFlagsFromString("--liftoff");
    setFlagsFromString("--wasm-lazy-compilation");
  }
}
