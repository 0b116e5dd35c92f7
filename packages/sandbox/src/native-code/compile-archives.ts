/** Makes V8's machine code of archives' Wasm: what make-native-code.ts does, in a process of its own. */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import {
  ArchiveReader,
  assembleRegions,
  INTERPRETER,
  prepareProcessor,
  type RegionCode,
  readCode,
} from "@kernelet/cpu";
import { CODE_LIMIT } from "../code-limit.ts";
import { ArchiveFile, sha256, unpack } from "../host/archive-file.ts";
import { ARCHIVE_SUFFIX, keepWithin, PART } from "../host/code-store.ts";
import { NATIVE_SUFFIX, NativeFile, packCode } from "../host/native-file.ts";
import { codeOf } from "../host/v8-code.ts";
import { claim, releaseClaim, renewClaim } from "./claim.ts";
import { type CodeEntry, writeCodeFile } from "./format.ts";

/** A function that is larger isn't a region's. */
const MAX_CODE = 4 * 1024 * 1024;
/**
 * Functions of a module at the most, and bytes of their code. To load a module takes 0.5 ms and 10 µs for each KiB of Wasm: too many
 * functions that a program does not use cost more than modules of their own for those that it does.
 */
const MODULE_FUNCTIONS = 16;
const MODULE_BYTES = 256 * 1024;
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
 * @returns false if somebody else is at it
 */
export function compileArchives({ code, native }: Folders): boolean {
  if (!claim(native)) return false;
  try {
    compileInterpreter(native);
    for (const file of fs.readdirSync(code)) {
      if (file.endsWith(ARCHIVE_SUFFIX)) compileArchive(path.join(code, file), native);
    }
    keepWithin(native, CODE_LIMIT);
  } finally {
    releaseClaim(native);
  }
  return true;
}

/** It is the same in every process of this version. */
function compileInterpreter(native: string): void {
  if (fs.existsSync(path.join(native, INTERPRETER + NATIVE_SUFFIX))) return;
  const { bytes } = prepareProcessor();
  const entry = compiled([sha256(bytes)], bytes);
  replace(native, INTERPRETER, entry === undefined ? [] : [entry], new Date());
}

function compileArchive(archive: string, native: string): void {
  const name = path.basename(archive, ARCHIVE_SUFFIX);
  const stat = fs.lstatSync(archive, { throwIfNoEntry: false });
  const known = path.join(native, name + NATIVE_SUFFIX);
  const { mtimeMs } = fs.lstatSync(known, { throwIfNoEntry: false }) ?? {};
  // It has its archive's time.
  if (stat === undefined || Math.abs((mtimeMs ?? 0) - stat.mtimeMs) < SAME_TIME_MS) return;
  replace(native, name, entriesFor(archive, name, known), stat.mtime);
}

/** The file appears whole, and says that we are still at it. */
function replace(native: string, name: string, entries: readonly CodeEntry[], time: Date): void {
  const part = path.join(native, `${name}.${process.pid}${PART}`);
  fs.writeFileSync(part, writeCodeFile(entries, sha256), { mode: 0o600 });
  fs.utimesSync(part, time, time);
  fs.renameSync(part, path.join(native, name + NATIVE_SUFFIX));
  renewClaim(native);
}

/**
 * Modules for all functions of an archive. What was compiled before stays as it is, while half of it is still in the
 * archive; what is new is put into modules of several functions, neighbours together.
 */
function entriesFor(archive: string, name: string, known: string): CodeEntry[] {
  const reader = open(archive, name);
  const regions = reader?.regionEntries() ?? [];
  const wanted = new Set(regions.map(({ key }) => keyOf(key)));
  const before = NativeFile.open(known);
  const isUseful = ({ keys }: CodeEntry): boolean => {
    return 2 * keys.filter((key) => wanted.has(keyOf(key))).length >= keys.length;
  };
  const entries = before?.entries().filter(isUseful) ?? [];
  before?.close();
  for (const key of entries.flatMap(({ keys }) => keys)) wanted.delete(keyOf(key));
  const fresh = regions.flatMap(({ key, pc, length }) => {
    if (!wanted.has(keyOf(key))) return [];
    const packed = reader?.packed(pc);
    const bytes = packed === undefined || length > MAX_CODE ? undefined : unpack(packed, length);
    const code = bytes && readCode(bytes);
    return code === undefined ? [] : [{ key, code }];
  });
  reader?.close();
  return [...entries, ...inModules(fresh).flatMap(compiledTogether)];
}

interface KeyedCode {
  readonly key: Uint8Array;
  readonly code: RegionCode;
}

const keyOf = (key: Uint8Array): string => String.fromCharCode(...key);

/** They are in the order of their addresses. */
function inModules(functions: readonly KeyedCode[]): KeyedCode[][] {
  const modules: KeyedCode[][] = [];
  let bytes = 0;
  for (const each of functions) {
    const last = modules[modules.length - 1];
    const size = each.code.code.bytes.length;
    if (last === undefined || last.length === MODULE_FUNCTIONS || bytes + size > MODULE_BYTES) {
      modules.push([each]);
      bytes = size;
    } else {
      last.push(each);
      bytes += size;
    }
  }
  return modules;
}

/** Where V8 refuses one of them, each in a module of its own: somebody has written into the archive. */
function compiledTogether(functions: readonly KeyedCode[]): CodeEntry[] {
  const keys = functions.map(({ key }) => key);
  const entry = compiled(keys, assembleRegions(functions.map(({ code }) => code)));
  if (entry !== undefined) return [entry];
  return functions.length === 1 ? [] : functions.flatMap((each) => compiledTogether([each]));
}

/** undefined: it is no archive, or is gone. */
function open(archive: string, name: string): ArchiveReader | undefined {
  try {
    const file = ArchiveFile.open(archive);
    const reader = file && ArchiveReader.open(name, file, sha256);
    if (reader === undefined) file?.close();
    return reader;
  } catch {
    return undefined;
  }
}

function compiled(
  keys: readonly Uint8Array[],
  wasm: Uint8Array<ArrayBuffer>,
): CodeEntry | undefined {
  try {
    const code = codeOf(optimised(wasm));
    if (code === undefined) return undefined;
    const length = wasm.length + code.length;
    return { keys, packed: packCode(wasm, code), length, wasmLength: wasm.length };
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
