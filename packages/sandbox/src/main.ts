/**
 * The sandbox process. Started by launch.ts with an empty environment and under Node's permission model; gets its
 * configuration over the IPC channel, runs one kernel, and ends with what the first program ended with.
 *
 * This module is loaded by a process that then serves, or by one that only makes a start image (start-image.ts): what
 * is done while it loads must hold for every process that starts from the image.
 */
import { totalmem } from "node:os";
import process from "node:process";
import { startupSnapshot } from "node:v8";
import { createProcessor, prepareProcessor } from "@kernelet/cpu";
import type { Kernel } from "@kernelet/kernel";
import { boot } from "./boot.ts";
import { memoryUse } from "./host/memory-use.ts";
import { MessageLimit } from "./host/message-limit.ts";
import { NodeFolder } from "./host/node-folder.ts";
import { NodeHost } from "./host/node-host.ts";
import { missingWalls } from "./host/walls.ts";
import { writeLine } from "./host/write-line.ts";
import { LOOK_EVERY_MS, MemoryWatch } from "./memory-watch.ts";
import type { FromSandbox, SandboxConfig, ToSandbox } from "./protocol.ts";
import { buildReport } from "./report.ts";
import { RunLoop } from "./run-loop.ts";
import { syscallName } from "./trace.ts";

/** Exit code when the sandbox itself fails; the launcher knows more from the messages. */
const EXIT_FAILED = 125;

function send(message: FromSandbox, then?: () => void): void {
  if (process.send === undefined || !process.connected) then?.();
  else process.send(message, () => then?.());
}

function start(config: SandboxConfig): { kernel: Kernel; loop: RunLoop } | null {
  const startMs = performance.now();
  const messages = new MessageLimit();
  const host = new NodeHost({
    setTerminalRaw: sendRaw,
    log: (level, message) => {
      const text = messages.pass(message);
      if (text !== null) send({ type: "log", level, message: text });
    },
  });
  const processor = createProcessor({
    monotonicNs: () => host.monotonicNs(),
    ...(config.translate === undefined ? {} : { translate: config.translate }),
  });
  const kernel = boot(config, {
    processor,
    host,
    isTerminal: (stream) => host.streams.isTerminal(stream),
    writeTrace: (line) => writeLine(config.traceFd ?? 2, line),
    openFolder: (grant, isStatic) =>
      new NodeFolder(grant.path, { writable: grant.writable, isStatic }, host.counts),
  });
  if ("stage" in kernel) {
    finish({ type: "failed", ...kernel }, EXIT_FAILED);
    return null;
  }
  const loop = new RunLoop(kernel, () => {
    const status = kernel.exitStatus ?? 0;
    const report = buildReport(kernel, host.counts, performance.now() - startMs, syscallName);
    finish(
      { type: "exited", status, report },
      (status & 0x7f) === 0 ? status >>> 8 : 128 + (status & 0x7f),
    );
  });
  host.streams.listen({
    input: (stream, bytes) => {
      kernel.streamInput(stream, bytes);
      loop.wake();
    },
    writable: (stream) => {
      kernel.streamWritable(stream);
      loop.wake();
    },
  });
  loop.wake();
  watchMemory(config, kernel, loop);
  return { kernel, loop };
}

function watchMemory(config: SandboxConfig, kernel: Kernel, loop: RunLoop): void {
  const watch = new MemoryWatch({
    memoryLimit: config.memoryLimit,
    machineBytes: totalmem(),
    use: memoryUse,
    collectGarbage: () => globalThis.gc?.(),
  });
  const timer = setInterval(() => {
    const why = watch.look(performance.now());
    if (why === null) return;
    clearInterval(timer);
    send({ type: "log", level: "error", message: `Out of memory: the sandbox was ended: ${why}` });
    kernel.shutDown();
    loop.wake();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** The mode that was asked for last, while the one before is on its way: a launcher that sleeps must not make a queue grow. */
let nextRaw: boolean | null = null;
let isSendingRaw = false;

function sendRaw(raw: boolean): void {
  nextRaw = raw;
  if (isSendingRaw) return;
  isSendingRaw = true;
  const sent = nextRaw;
  nextRaw = null;
  send({ type: "raw", raw: sent }, () => {
    isSendingRaw = false;
    if (nextRaw !== null) sendRaw(nextRaw);
  });
}

/** Says the last word and ends. */
function finish(message: FromSandbox, exitCode: number): void {
  send(message, () => process.exit(exitCode));
}

function serve(): void {
  const missing = missingWalls();
  if (missing.length > 0) {
    const message = `the sandbox process has no walls: ${missing.join("; ")}`;
    send({ type: "log", level: "error", message }, () => process.exit(EXIT_FAILED));
    return;
  }
  let running: { kernel: Kernel; loop: RunLoop } | null = null;
  process.on("message", (message: ToSandbox) => {
    if (message.type === "start") {
      send({ type: "serving" });
      running = start(message.config);
    } else if (running !== null) {
      if (message.type === "signal") running.kernel.hostSignal(message.signo);
      else running.kernel.resizeTerminal(message.columns, message.rows);
      running.loop.wake();
    }
  });
  // Nobody is left to run for.
  process.on("disconnect", () => process.exit(EXIT_FAILED));
  // The terminal sends these to the whole group; the launcher passes on what is meant for the guest.
  for (const signal of ["SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM", "SIGUSR2"] as const)
    process.on(signal, () => {});
  process.on("uncaughtException", (error) => {
    send(
      { type: "log", level: "error", message: `internal error: ${error.stack ?? error.message}` },
      () => process.exit(EXIT_FAILED),
    );
  });
}

if (startupSnapshot.isBuildingSnapshot()) {
  prepareProcessor();
  startupSnapshot.setDeserializeMainFunction(serve);
} else {
  serve();
}
