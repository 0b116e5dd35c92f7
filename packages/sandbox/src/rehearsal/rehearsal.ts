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
 * There is no WebAssembly where an image is made, and so no code that runs: something stands in for it, which plays a script.
 */
import {
  createProcessor,
  type Engine,
  rehearseProcessor,
  type StandInCode,
  type StandInMachine,
  standInMemory,
  withStandIn,
} from "@kernelet/cpu";
import { type Kernel, PAGE_W, Reg, type Registers, type Task } from "@kernelet/kernel";
import { type Booted, boot } from "../boot.ts";
import { CodeStore } from "../host/code-store.ts";
import { HostLog } from "../host/host-log.ts";
import { NodeHost } from "../host/node-host.ts";
import { openImage } from "../host/node-image.ts";
import { openGrant } from "../host/open-grant.ts";
import type { SandboxConfig } from "../protocol.ts";
import { buildReport, type Report } from "../report.ts";
import { startProgram } from "../start-program.ts";
import { openStdio } from "../stdio.ts";
import { syscallName } from "../trace.ts";
import { CALL_LENGTH, PROGRAM, programCalls, type Step } from "./program.ts";
import { type Root, writeRoots } from "./root.ts";

const REHEARSALS = 8;
/** Bytes that the folder of code may hold. */
const CODE_LIMIT = 1024 * 1024;

/** Enough for an archive to be worth keeping. */
const BLOCKS_AHEAD = 300;

/** @returns the next step of the task whose registers these are, or undefined: there is none */
type Script = (registers: Registers) => Step | undefined;

/** What a start has made. */
export interface Rehearsal {
  /** How the program ended, as wait(2) tells it; null: it did not. */
  readonly status: number | null;
  /** Results of its calls, errors as below zero. */
  readonly results: readonly number[];
  readonly booted: Booted;
  readonly task: Task;
  readonly report: Report;
}

/** A processor on which a script is played. */
export interface Stage {
  readonly processor: Engine;
  /** The kernel is there, and nothing has run. */
  booted(kernel: Kernel): void;
  /** @param script the next step of the task, which the registers are of */
  play(registers: Registers, script: Script): void;
}

/**
 * All starts that an image has behind it.
 * @param folder an empty one, for their files
 */
export function rehearseAll(folder: string): void {
  const roots = writeRoots(folder);
  // Memory of their own for each would have V8 collect garbage, instances among it.
  const memory = standInMemory();
  const kept: unknown[] = [];
  for (let i = 0; i < REHEARSALS; i++) {
    rehearseProcessor();
    // Then starts compile what they call, and the classes of what they make are theirs.
    if (memory === undefined) continue;
    // Those after the first two find what these have decoded.
    const root = roots[i % roots.length] as Root;
    kept.push(onEngine(folder, memory, (stage) => [stage, rehearse(stage, root)]));
  }
}

/** @param folder for the code that is kept */
export function onEngine<T>(folder: string, memory: ArrayBuffer, body: (stage: Stage) => T): T {
  let playing: { readonly registers: Registers; readonly script: Script } | null = null;
  const code: StandInCode = (machine) => {
    if (playing !== null) lookAhead(machine, playing.registers);
    for (;;) {
      const rec = machine.lookup();
      if (rec === 0 || playing === null) return;
      const { registers, script } = playing;
      const step = script(registers);
      if (step === undefined) return;
      if (!act(machine, rec, registers, step)) return;
    }
  };
  return withStandIn(memory, code, () => {
    const archives = new CodeStore(folder, CODE_LIMIT, new HostLog());
    const processor = createProcessor({ monotonicNs: () => performance.now() * 1e6, archives });
    return body({
      processor,
      booted: (kernel) => archives.attach(kernel),
      play: (registers, script) => {
        playing = { registers, script };
      },
    });
  });
}

/** Decodes blocks that do not run. */
function lookAhead(machine: StandInMachine, registers: Registers): void {
  const { rip } = registers;
  for (let i = 0; i < BLOCKS_AHEAD && machine.lookup() !== 0; i++) registers.rip += CALL_LENGTH;
  registers.rip = rip;
}

const ARGUMENTS = [Reg.rdi, Reg.rsi, Reg.rdx, Reg.r10, Reg.r8, Reg.r9] as const;

/** @returns whether the guest goes on */
function act(machine: StandInMachine, rec: number, registers: Registers, step: Step): boolean {
  if (step.kind === "access") return machine.touch(step.addr, step.access === PAGE_W, rec);
  registers.set(Reg.rax, step.nr);
  step.args.forEach((value, i) => {
    registers.setBig(ARGUMENTS[i] as number, BigInt.asUintN(64, BigInt(value)));
  });
  registers.rip += CALL_LENGTH;
  return machine.syscall();
}

export function rehearse(stage: Stage, root: Root): Rehearsal {
  const { processor } = stage;
  const program = { argv: [PROGRAM], env: [], cwd: "/", isCwdRequired: true, user: "0" };
  const stdio = { kind: "inherited" } as const;
  const config: SandboxConfig = { ...root, volumes: [], program, stdio, hostname: "rehearsal" };
  const host = new NodeHost({ setTerminalRaw: () => {}, log: () => {} }, undefined);
  const booted = boot(config, {
    ...{ processor, host, writeTrace: () => {} },
    openImage: (grant) => openImage(grant, host.counts),
    openFolder: (grant, isStatic) => openGrant(grant, isStatic, host.counts),
  });
  if ("stage" in booted) throw new Error(`the rehearsal does not boot: ${booted.subject}`);
  const { kernel } = booted;
  stage.booted(kernel);
  const parts = { kernel, host, isTerminal: (stream: number) => host.stdio.isTerminal(stream) };
  const task = startProgram(booted, program, "first", (context, owner) =>
    openStdio(parts, stdio, [0, 1, 2], context, owner),
  );
  if ("stage" in task) throw new Error(`the rehearsal does not start: ${task.subject}`);
  const calls = programCalls();
  const results: number[] = [];
  let step: Step | undefined;
  stage.play(task.registers, (registers) => {
    const result = Number(BigInt.asIntN(64, registers.getBig(Reg.rax)));
    if (step?.kind === "syscall") results.push(result);
    step = calls.next(result).value ?? undefined;
    return step;
  });
  while (kernel.runSlice() === "more");
  const report = buildReport(kernel, processor.statistics, host.counts, 0, syscallName);
  processor.saveArchives();
  return { status: kernel.exitStatus, results, booted, task, report };
}
