/**
 * Machine code that V8 has made of archived Wasm in an earlier process, in a folder that this process may only read: who
 * could write there could run anything in the next sandbox. See make-native-code.ts for who does.
 */
import path from "node:path";
import type { HostLog } from "./host-log.ts";
import { NATIVE_SUFFIX, NativeFile } from "./native-file.ts";
import { moduleWithCode } from "./v8-code.ts";

export class NativeCode {
  readonly #folder: string;
  readonly #log: HostLog;
  /** null: there is none. */
  readonly #files: Map<string, NativeFile | null> = new Map();
  /** Modules for which there was none. */
  missing = 0;

  constructor(folder: string, log: HostLog) {
    this.#folder = folder;
    this.#log = log;
  }

  /** The module from the archive of that name, by the SHA-256 of what the archive has of it. */
  find(name: string, key: Uint8Array): WebAssembly.Module | undefined {
    const found = this.#file(name)?.code(key);
    const module = found && moduleWithCode(found.code, found.wasm);
    if (found !== undefined) {
      this.#log.record("machine code read", module === undefined ? -1 : 0, found.code.byteLength);
    }
    if (module === undefined) this.missing++;
    return module;
  }

  #file(name: string): NativeFile | undefined {
    let file = this.#files.get(name);
    if (file === undefined) {
      file = NativeFile.open(path.join(this.#folder, name + NATIVE_SUFFIX)) ?? null;
      this.#log.record("cache read", file === null ? -1 : 0);
      this.#files.set(name, file);
    }
    return file ?? undefined;
  }
}
