/**
 * Machine code that V8 has made of archived Wasm in an earlier process, in a folder that this process may only read: who
 * could write there could run anything in the next sandbox. See make-native-code.ts for who does.
 */
import path from "node:path";
import type { CompiledFunction } from "@kernelet/cpu";
import type { HostLog } from "./host-log.ts";
import { NATIVE_SUFFIX, NativeFile } from "./native-file.ts";
import { moduleWithCode } from "./v8-code.ts";

interface OpenFile {
  /** undefined: there is none. */
  readonly file: NativeFile | undefined;
  /** Those that were used, by number. null: V8 does not take it, or it is damaged. */
  readonly modules: Map<number, WebAssembly.Module | null>;
}

export class NativeCode {
  readonly #folder: string;
  readonly #log: HostLog;
  readonly #files: Map<string, OpenFile> = new Map();
  /** Functions for which there was none. */
  missing = 0;

  constructor(folder: string, log: HostLog) {
    this.#folder = folder;
    this.#log = log;
  }

  /** A function of the archive of that name, by the SHA-256 of what the archive has of it. */
  find(name: string, key: Uint8Array): CompiledFunction | undefined {
    const from = this.#open(name);
    const place = from.file?.find(key);
    const module = place && this.#module(from, place.module);
    if (place === undefined || module === undefined) {
      this.missing++;
      return undefined;
    }
    return { module, number: place.number };
  }

  #module({ file, modules }: OpenFile, number: number): WebAssembly.Module | undefined {
    let module = modules.get(number);
    if (module === undefined) {
      const found = file?.code(number);
      module = (found && moduleWithCode(found.code, found.wasm)) ?? null;
      this.#log.record("machine code read", module === null ? -1 : 0, found?.code.byteLength);
      modules.set(number, module);
    }
    return module ?? undefined;
  }

  #open(name: string): OpenFile {
    let open = this.#files.get(name);
    if (open === undefined) {
      const file = NativeFile.open(path.join(this.#folder, name + NATIVE_SUFFIX));
      this.#log.record("cache read", file === undefined ? -1 : 0);
      open = { file, modules: new Map() };
      this.#files.set(name, open);
    }
    return open;
  }
}
