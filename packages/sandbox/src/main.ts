/**
 * The sandbox process. Started by launch.ts with an empty environment and under Node's permission model; gets its
 * configuration over the channel on descriptor 3, runs one kernel, and ends with what the first program ended with.
 *
 * This module is loaded by a process that then serves, or by one that only makes a start image (start-image.ts): what
 * is done while it loads must hold for every process that starts from the image.
 */
import net from "node:net";
import { totalmem } from "node:os";
import process from "node:process";
import { startupSnapshot } from "node:v8";
import { isErrno } from "@kernelet/abi";
import { createProcessor, type Engine, prepareProcessor } from "@kernelet/cpu";
import { boot } from "./boot.ts";
import { Channel } from "./channel/channel.ts";
import { CODE_LIMIT } from "./code-limit.ts";
import { Client } from "./control/client.ts";
import { Control } from "./control/control.ts";
import { Detached } from "./detached/detached.ts";
import { saveLayer } from "./detached/save-layer.ts";
import { CodeStore } from "./host/code-store.ts";
import { memoryUse } from "./host/memory-use.ts";
import { MessageLimit } from "./host/message-limit.ts";
import { NativeCode } from "./host/native-code.ts";
import { type HostCallbacks, NodeHost } from "./host/node-host.ts";
import { openImage } from "./host/node-image.ts";
import { openGrant } from "./host/open-grant.ts";
import { threadWatch } from "./host/thread-watch.ts";
import { missingWalls } from "./host/walls.ts";
import { writeLine } from "./host/write-line.ts";
import { LOOK_EVERY_MS, MemoryWatch } from "./memory-watch.ts";
import type { PublishedPort } from "./network/network-request.ts";
import { wakingEvents } from "./network/waking-events.ts";
import { Profiler } from "./profile/profiler.ts";
import { piecesOf } from "./profile/transfer.ts";
import type { FromSandbox, SandboxConfig, StartFailure, ToSandbox } from "./protocol.ts";
import { rehearseAll } from "./rehearsal/rehearsal.ts";
import { buildReport, type Report } from "./report.ts";
import { RunLoop } from "./run-loop.ts";
import { failure, startProgram } from "./start-program.ts";
import { openStdio } from "./stdio.ts";
import { syscallName } from "./trace.ts";

/** Exit code when the sandbox itself fails; the launcher knows more from the messages. */
const EXIT_FAILED = 125;
const FIRST_SAVE_MS = 30_000;
const CHANNEL_FD = 3;
/** The first program, where it does not have the process's own streams. */
const FIRST_PROCESS = 0;

/** The launcher's channel and what hangs on it. */
class Service {
  readonly #channel: Channel;
  #control: Control | null = null;
  #client: Client | null = null;
  /** Set if the sandbox outlives its launcher. */
  #detached: Detached | null = null;
  /** The mode that was asked for last, while the one before is on its way: a launcher that sleeps must not make a queue grow. */
  #nextRaw: boolean | null = null;
  #isSendingRaw = false;
  /** What came before the first program was started. */
  #early: (readonly [ToSandbox, Uint8Array])[] | null = [];

  constructor(socket: net.Socket) {
    this.#channel = new Channel(socket, {
      message: (message, bytes) => this.#receive(message as ToSandbox, bytes),
      data: (stream, bytes) => {
        if (this.#client?.data(stream, bytes) === false) this.#misused("more than the window");
      },
      closed: () => {
        // Nobody is left to run for.
        if (this.#detached === null) process.exit(EXIT_FAILED);
        this.#client?.gone();
        this.#control?.parts.loop.wake();
      },
    });
  }

  send(message: FromSandbox, sent?: () => void): void {
    this.#channel.send(message, sent);
  }

  /** Says the last word and ends. */
  finish(message: FromSandbox, exitCode: number, last: () => void = () => {}): void {
    const end = (): void => {
      last();
      process.exit(exitCode);
    };
    this.send(message, () => {
      if (this.#detached === null) end();
      else this.#detached.finish(message, end);
    });
  }

  #receive(message: ToSandbox, bytes: Uint8Array): void {
    if (message.type === "start") {
      this.send({ type: "serving" });
      this.#start(message.config);
      return;
    }
    if (this.#early !== null) {
      this.#early.push([message, bytes]);
      return;
    }
    if (this.#control === null) return;
    const { kernel, loop } = this.#control.parts;
    if (message.type === "signal") kernel.hostSignal(message.signo);
    else if (message.type === "resize") kernel.resizeTerminal(message.columns, message.rows);
    else if (message.type === "stop") this.#control.stop();
    else if (this.#client?.message(message, bytes) === false) this.#misused(message.type);
    loop.wake();
  }

  #misused(what: string): void {
    const message = `the channel was misused: ${what}`;
    this.send({ type: "log", level: "error", message }, () => process.exit(EXIT_FAILED));
  }

  #start(config: SandboxConfig): void {
    const startMs = performance.now();
    const messages = new MessageLimit();
    let lastError: string | undefined;
    const callbacks: HostCallbacks = {
      setTerminalRaw: (raw) => this.#sendRaw(raw),
      log: (level, message) => {
        if (level === "error") lastError = message;
        const text = messages.pass(message);
        if (text !== null) this.send({ type: "log", level, message: text });
      },
    };
    const host = new NodeHost(callbacks, config.network);
    const detached = config.detached === undefined ? null : new Detached(config.detached, host);
    this.#detached = detached;
    const fail = (failure: StartFailure): void => {
      detached?.note({ event: "failed", at: detached.nowMs, ...failure });
      this.finish({ type: "failed", ...failure }, EXIT_FAILED);
    };
    const { codeFolder, nativeFolder } = config;
    const native =
      nativeFolder === undefined ? undefined : new NativeCode(nativeFolder, host.counts);
    const archives =
      codeFolder === undefined
        ? undefined
        : new CodeStore(codeFolder, CODE_LIMIT, host.counts, native);
    const processor = createProcessor({
      monotonicNs: () => host.monotonicNs(),
      ...(archives !== undefined && { archives }),
      ...(config.translate === undefined ? {} : { translate: config.translate }),
    });
    const booted = boot(config, {
      processor,
      host,
      writeTrace: (line) => writeLine(config.traceFd ?? 2, line),
      openImage: (grant) => openImage(grant, host.counts),
      openFolder: (grant, isStatic) => openGrant(grant, isStatic, host.counts),
    });
    if ("stage" in booted) {
      fail(booted);
      return;
    }
    const { kernel } = booted;
    const profiler =
      config.profile === true
        ? new Profiler(threadWatch, (entry, pc) => processor.isInRegion(entry, pc))
        : undefined;
    if (profiler !== undefined) kernel.entry.sampler = profiler;
    const report = (): Report =>
      buildReport(
        kernel,
        processor.statistics,
        host.counts,
        performance.now() - startMs,
        syscallName,
      );
    archives?.attach(kernel);
    let isTooLarge = false;
    const ended = (): void => {
      this.#control?.release();
      const status = kernel.exitStatus ?? 0;
      if (profiler !== undefined) {
        const command = config.program?.argv.join(" ") ?? "";
        const profile = profiler.finish(command, { ...processor.statistics });
        for (const piece of piecesOf(profile)) this.#channel.sendWith({ type: "profile" }, piece);
      }
      const exitCode = (status & 0x7f) === 0 ? status >>> 8 : 128 + (status & 0x7f);
      const isOutOfMemory = isTooLarge || kernel.rootCgroup.memory.oomKills > 0;
      const { hasLayer, error = lastError } = saveLayer(config, booted, host);
      detached?.note({
        ...{ event: "exited", at: detached.nowMs, exitCode, isOutOfMemory, hasLayer },
        ...(error !== undefined && { error: error.split("\n", 1)[0] }),
      });
      const uncompiled = native?.missing ?? 0;
      const last = { type: "exited", status, hasLayer, uncompiled, report: report() } as const;
      this.finish(last, exitCode, () => processor.saveArchives());
    };
    const loop = new RunLoop(kernel, ended, config.cpuShare);
    const streamListener = {
      input: (stream: number, bytes: Uint8Array | null) => {
        kernel.streamInput(stream, bytes);
        loop.wake();
      },
      writable: (stream: number) => {
        kernel.streamWritable(stream);
        loop.wake();
      },
    };
    host.stdio.listen(streamListener);
    const isTerminal = (stream: number): boolean => host.stdio.isTerminal(stream);
    const { streams, network } = host;
    if (network !== undefined && kernel.outside !== null)
      network.events = wakingEvents(kernel.outside, loop);
    const paused = (isPaused: boolean): void => {
      detached?.note({ event: isPaused ? "paused" : "resumed", at: detached.nowMs });
    };
    const ends = { host, network, isTerminal, streams, streamListener };
    const parts = { ...booted, ...ends, loop, report, paused };
    const control = new Control(parts);
    this.#control = control;
    const client = new Client(control, this.#channel);
    this.#client = client;
    const start = (): void => {
      const failed = this.#startFirst(config, control, client);
      if (failed !== null) {
        fail(failed);
        return;
      }
      detached?.listen(control);
      detached?.note({ event: "running", at: detached.nowMs });
      this.send({ type: "ready" });
      loop.wake();
      this.#watchMemory(config, host, loop, () => {
        isTooLarge = true;
        control.stop();
        loop.wake();
      });
      saveAtTimes(processor, FIRST_SAVE_MS);
      this.#takeEarly();
    };
    const ports = config.network?.ports ?? [];
    if (ports.length === 0) start();
    else {
      void this.#publish(control, ports).then((failed) => {
        if (failed === null) start();
        else fail(failed);
      });
    }
  }

  /** Before anything runs: a sandbox whose ports cannot be had is none. */
  async #publish(control: Control, ports: readonly PublishedPort[]): Promise<StartFailure | null> {
    for (const port of ports) {
      const published = await control.publish(port);
      if (isErrno(published))
        return failure("port", `${port.hostAddress}:${port.hostPort}`, published);
    }
    const published = control.ports();
    this.#detached?.note({ event: "published", at: this.#detached.nowMs, ports: published });
    this.send({ type: "published", ports: published });
    return null;
  }

  #takeEarly(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const [message, bytes] of early) this.#receive(message, bytes);
  }

  #startFirst(config: SandboxConfig, control: Control, client: Client): StartFailure | null {
    const { program, stdio, detached } = config;
    if (program === null) return null;
    if (this.#detached !== null && detached !== undefined) {
      const first = this.#detached.newProgram(control);
      control.first = first;
      if (detached.attach !== undefined) client.attach(FIRST_PROCESS, detached.attach);
      return first.start(program, stdio);
    }
    if (stdio.kind !== "inherited") return client.start(FIRST_PROCESS, program, stdio, "first");
    const task = startProgram(control.parts, program, "first", (context, owner) =>
      openStdio(control.parts, stdio, [0, 1, 2], context, owner),
    );
    return "stage" in task ? task : null;
  }

  #watchMemory(config: SandboxConfig, host: NodeHost, loop: RunLoop, end: () => void): void {
    const watch = new MemoryWatch({
      memoryLimit: config.memoryLimit,
      machineBytes: totalmem(),
      use: memoryUse,
      collectGarbage: () => {
        const startMs = performance.now();
        globalThis.gc?.();
        return performance.now() - startMs;
      },
      // A usual collection keeps the pages that it has freed (measured: after 700 short processes 226 MB, so 133).
      shrink: () => globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" }),
      activity: () => loop.activity,
    });
    const timer = setInterval(() => {
      const why = watch.look(performance.now());
      if (why === null) return;
      clearInterval(timer);
      host.log("error", `Out of memory: the sandbox was ended: ${why}`);
      end();
    }, LOOK_EVERY_MS);
    timer.unref();
  }

  #sendRaw(raw: boolean): void {
    this.#nextRaw = raw;
    if (this.#isSendingRaw) return;
    this.#isSendingRaw = true;
    this.#nextRaw = null;
    this.send({ type: "raw", raw }, () => {
      this.#isSendingRaw = false;
      if (this.#nextRaw !== null) this.#sendRaw(this.#nextRaw);
    });
  }
}

/** A sandbox that lives long may be killed in the end: it keeps its code at times, more and more seldom. */
function saveAtTimes(processor: Engine, afterMs: number): void {
  const save = (): void => {
    processor.saveArchives();
    saveAtTimes(processor, 2 * afterMs);
  };
  setTimeout(save, afterMs).unref();
}

function serve(): void {
  const service = new Service(new net.Socket({ fd: CHANNEL_FD }));
  const missing = missingWalls();
  if (missing.length > 0) {
    const message = `the sandbox process has no walls: ${missing.join("; ")}`;
    service.finish({ type: "log", level: "error", message }, EXIT_FAILED);
    return;
  }
  // The terminal sends these to the whole group; the launcher passes on what is meant for the guest.
  for (const signal of ["SIGINT", "SIGQUIT", "SIGHUP", "SIGTERM", "SIGUSR2"] as const)
    process.on(signal, () => {});
  process.on("uncaughtException", (error) => {
    const message = `internal error: ${error.stack ?? error.message}`;
    service.finish({ type: "log", level: "error", message }, EXIT_FAILED);
  });
}

/** Parts of Node that are loaded at their first use, which every start would wait for: the clock, and what net.Server is made with. */
function loadNode(): void {
  performance.now();
  process.getBuiltinModule("node:cluster");
}

if (startupSnapshot.isBuildingSnapshot()) {
  prepareProcessor();
  loadNode();
  rehearseAll(process.argv[2] as string);
  startupSnapshot.setDeserializeMainFunction(serve);
} else {
  serve();
}
