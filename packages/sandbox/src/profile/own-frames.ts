/** Functions of ours that say what a stack is about, by name: our bundle has one file, so no more can be told of them. */
import { SYSCALLS } from "@kernelet/kernel";
import { FrameKind, type FrameKindId } from "./profile-data.ts";

export interface OwnFrame {
  readonly kind: FrameKindId;
  readonly label: string;
}

const kernel = (label: string): OwnFrame => ({ kind: FrameKind.kernel, label });
const translation = (label: string): OwnFrame => ({ kind: FrameKind.translation, label });
const sandbox = (label: string): OwnFrame => ({ kind: FrameKind.sandbox, label });

/** Methods of Entry that call a system call's handler. */
export const CALLERS_OF_HANDLERS: readonly string[] = ["#call", "#callWithHooks"];
/** The engine's method that calls a helper. */
export const CALLER_OF_HELPERS = "#helper";

export const OWN_FRAMES: ReadonlyMap<string, OwnFrame> = new Map([
  // Entry.
  ["handleFault", kernel("page fault")],
  ["handleSignals", kernel("signals")],
  ["runSlice", kernel("scheduler")],
  // Engine.
  ["#lookup", translation("look up")],
  ["#decode", translation("decode")],
  ["#fromArchive", translation("take from the archive")],
  ["#translate", translation("translate")],
  ["installRegion", translation("install")],
  ["saveArchives", translation("save the archive")],
  ["createProcessor", translation("make the interpreter")],
  // V8 and Node.
  ["Module", translation("compile (V8)")],
  ["Instance", translation("instantiate (V8)")],
  ["(garbage collector)", sandbox("garbage collection")],
  ["(program)", sandbox("native code of V8 and Node")],
  // This folder.
  ["look", sandbox("profiler")],
  ["startCpuProfile", sandbox("profiler")],
  ["#fold", sandbox("profiler")],
]);

/** By the name of its handler: the system call's, or those of all that have this one. */
export function handlerNames(): ReadonlyMap<string, string> {
  const names = new Map<string, string[]>();
  for (const { name, handler } of SYSCALLS) {
    const same = names.get(handler.name);
    if (same === undefined) names.set(handler.name, [name]);
    else same.push(name);
  }
  return new Map([...names].map(([handler, calls]) => [handler, calls.slice(0, 3).join(", ")]));
}
