/**
 * A process of its own that compiles archived Wasm to machine code: see native-code/native-folder.ts, which starts it.
 *
 * Machine code is run as it is, so no sandbox may write where it is kept: a guest that has taken one over would have the
 * next one as well. This process runs nothing of a guest's. It compiles Wasm, as every sandbox does, and may read the
 * archives and write machine code, and nothing else.
 */
import os from "node:os";
import process from "node:process";
import { compileArchives } from "./native-code/compile-archives.ts";

const RETRY_MS = 100;

const [code, native, mode] = process.argv.slice(2);
if (code === undefined || native === undefined) process.exit(2);
// Whoever waits for a program comes first.
if (mode !== "wait") os.setPriority(os.constants.priority.PRIORITY_LOW);
while (!compileArchives({ code, native }) && mode === "wait") {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
}
