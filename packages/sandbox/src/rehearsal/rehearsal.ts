/**
 * A start, before a start image is written (start-image.ts): a kernel boots, and a program is loaded, makes calls and ends.
 * V8 compiles a function when it is first called, and what it has compiled is in the image: a start from that need not wait
 * for it. So the root and what leads to it are those of a start: a folder and an image, in files. Nothing else stays:
 * whatever a kernel knows hangs on the kernel.
 *
 * It is done REHEARSALS times. How many fields have a place in an object itself V8 finds out from the first instances of a class
 * (Map::kSlackTrackingCounterStart). An image that is written after fewer, or when no instance is left by the time that it decides,
 * has classes without any such place: their objects are dictionaries for good, and code that V8 has compiled calls it for
 * each field that it reads (getpid(2) took 350 ns then, and takes 90).
 *
 * There is no WebAssembly where an image is made, so there is no processor that runs code: the calls are a script.
 */
import { rehearseProcessor } from "@kernelet/cpu";
import { Reg, ScriptedProcessor, type Step, type Task } from "@kernelet/kernel";
import { type Booted, boot } from "../boot.ts";
import { NodeHost } from "../host/node-host.ts";
import { openImage } from "../host/node-image.ts";
import { openGrant } from "../host/open-grant.ts";
import type { SandboxConfig } from "../protocol.ts";
import { startProgram } from "../start-program.ts";
import { openStdio } from "../stdio.ts";
import { PROGRAM, programCalls } from "./program.ts";
import { type Root, writeRoots } from "./root.ts";

const REHEARSALS = 8;
/** Room for a stack as large as RLIMIT_STACK. */
const MEMORY_BYTES = 32 * 1024 * 1024;

/** What a start has made. */
export interface Rehearsal {
  /** How the program ended, as wait(2) tells it; null: it did not. */
  readonly status: number | null;
  /** Results of its calls, errors as below zero. */
  readonly results: readonly number[];
  readonly booted: Booted;
  readonly task: Task;
}

/**
 * All starts that an image has behind it.
 * @param folder an empty one, for their files
 */
export function rehearseAll(folder: string): void {
  // Memory of their own for each would have V8 collect garbage, instances among it.
  const processor = new ScriptedProcessor(MEMORY_BYTES, true);
  const roots = writeRoots(folder);
  const kept: Rehearsal[] = [];
  for (let i = 0; i < REHEARSALS; i++) {
    rehearseProcessor();
    kept.push(rehearse(processor, roots[i % roots.length] as Root));
  }
}

export function rehearse(processor: ScriptedProcessor, root: Root): Rehearsal {
  const program = { argv: [PROGRAM], env: [], cwd: "/", isCwdRequired: true, user: "0" };
  const stdio = { kind: "streams", hasInput: false } as const;
  const config: SandboxConfig = { ...root, volumes: [], program, stdio, hostname: "rehearsal" };
  const host = new NodeHost({ setTerminalRaw: () => {}, log: () => {} }, undefined);
  const booted = boot(config, {
    ...{ processor, host, writeTrace: () => {} },
    openImage: (grant) => openImage(grant, host.counts),
    openFolder: (grant, isStatic) => openGrant(grant, isStatic, host.counts),
  });
  if ("stage" in booted) throw new Error(`the rehearsal does not boot: ${booted.subject}`);
  const { kernel } = booted;
  const parts = { kernel, host, isTerminal: (stream: number) => host.stdio.isTerminal(stream) };
  const task = startProgram(booted, program, "first", (context, owner) =>
    openStdio(parts, stdio, [0, 1, 2], context, owner),
  );
  if ("stage" in task) throw new Error(`the rehearsal does not start: ${task.subject}`);
  const calls = programCalls();
  const results: number[] = [];
  let step: Step | undefined;
  processor.program(task.registers, (registers) => {
    const result = Number(BigInt.asIntN(64, registers.getBig(Reg.rax)));
    if (step?.kind === "syscall") results.push(result);
    step = calls.next(result).value ?? undefined;
    return step;
  });
  while (kernel.runSlice() === "more");
  return { status: kernel.exitStatus, results, booted, task };
}
