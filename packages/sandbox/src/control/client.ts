/**
 * One client of the sandbox: whoever is at the other end of a channel. Starts processes for it, carries their streams, and
 * tells how they ended. When it goes, its processes get SIGHUP, as when a terminal is hung up, and their streams end.
 */
import { isErrno, SIGHUP } from "@kernelet/abi";
import type { ThreadGroup } from "@kernelet/kernel";
import type { Channel } from "../channel/channel.ts";
import { ChannelStream } from "../host/channel-stream.ts";
import {
  type FromSandbox,
  type ProgramSpec,
  STREAMS_PER_PROCESS,
  type StartFailure,
  type StdioSpec,
  type ToSandbox,
} from "../protocol.ts";
import { type ProcessRole, startProgram } from "../start-program.ts";
import { openStdio, type Stdio, type StreamNumbers } from "../stdio.ts";
import type { Control } from "./control.ts";
import { answer } from "./requests.ts";

interface ClientProcess {
  readonly group: ThreadGroup;
  readonly stdio: Stdio;
  /** stdin, stdout, stderr. */
  readonly streams: readonly ChannelStream[];
  readonly numbers: StreamNumbers;
}

export class Client {
  readonly #control: Control;
  readonly #channel: Channel;
  /** By the client's own numbers. */
  readonly #processes: Map<number, ClientProcess> = new Map();

  constructor(control: Control, channel: Channel) {
    this.#control = control;
    this.#channel = channel;
  }

  /** What it says. @returns false if that is nothing a client may say. */
  message(message: ToSandbox, bytes: Uint8Array): boolean {
    switch (message.type) {
      case "run":
        return this.#run(message.process, message.program, message.stdio);
      case "kill":
        this.#kill(message.process, message.signo, message.group);
        return true;
      case "resize-process": {
        const { process, columns, rows } = message;
        this.#processes.get(process)?.stdio.terminal?.resize(columns, rows);
        return true;
      }
      case "end-input":
        this.#processes.get(message.process)?.streams[0]?.end();
        return true;
      case "taken":
        this.#stream(message.stream)?.taken(message.bytes);
        return true;
      case "ask": {
        const { bytes: answered, ...reply } = answer(
          this.#control,
          message.op,
          message.args,
          bytes,
        );
        const whole: FromSandbox = { type: "answer", id: message.id, ...reply };
        if (answered === undefined) this.#send(whole);
        else this.#channel.sendWith(whole, answered);
        return true;
      }
      default:
        return false;
    }
  }

  /** Bytes of a stream. @returns false if they are more than it may send. */
  data(stream: number, bytes: Uint8Array): boolean {
    return this.#stream(stream)?.receive(bytes) ?? true;
  }

  /** Starts a program as the client's process `number`. */
  start(
    number: number,
    program: ProgramSpec,
    spec: StdioSpec,
    role: ProcessRole,
  ): StartFailure | null {
    const streams: ChannelStream[] = [];
    const numbers = this.#control.openStreams((local, index) => {
      const remote = number * STREAMS_PER_PROCESS + index;
      const { streamListener } = this.#control.parts;
      streams[index] = new ChannelStream(this.#channel, { remote, local }, streamListener);
      return streams[index];
    });
    const started = this.#startWith(program, spec, role, numbers);
    if ("stage" in started) {
      this.#control.closeStreams(numbers);
      return started;
    }
    const { group } = started;
    this.#processes.set(number, { ...started, streams, numbers });
    this.#control.watch(group, () => this.#ended(number));
    this.#send({ type: "started", process: number, pid: group.tgid });
    return null;
  }

  #startWith(
    program: ProgramSpec,
    spec: StdioSpec,
    role: ProcessRole,
    numbers: StreamNumbers,
  ): { readonly group: ThreadGroup; readonly stdio: Stdio } | StartFailure {
    const { kernel, fs } = this.#control.parts;
    let stdio: Stdio | undefined;
    const task = startProgram(kernel, fs, program, role, (context, owner) => {
      const opened = openStdio(this.#control.parts, spec, numbers, context, owner);
      if (!isErrno(opened)) stdio = opened;
      return opened;
    });
    if ("stage" in task) return task;
    return { group: task.threadGroup, stdio: stdio as Stdio };
  }

  #run(number: number, program: ProgramSpec, spec: StdioSpec): boolean {
    // The sandbox process's own streams are the launcher's.
    if (this.#processes.has(number) || spec.kind === "inherited") return false;
    const failed = this.start(number, program, spec, "further");
    if (failed !== null) this.#send({ type: "refused", process: number, ...failed });
    return true;
  }

  #kill(number: number, signo: number, isForGroup: boolean): void {
    const group = this.#processes.get(number)?.group;
    if (group === undefined) return; // It has ended meanwhile.
    const { kernel } = this.#control.parts;
    if (isForGroup) kernel.signalProcessGroup(group, signo);
    else kernel.signalProcess(group, signo);
  }

  #ended(number: number): void {
    const process = this.#processes.get(number);
    if (process === undefined) return;
    this.#processes.delete(number);
    process.stdio.close();
    this.#control.closeStreams(process.numbers);
    this.#send({ type: "ended", process: number, status: process.group.exitStatus });
  }

  /** The channel has closed. */
  gone(): void {
    for (const { group, streams } of [...this.#processes.values()]) {
      for (const stream of streams) stream.end();
      this.#control.parts.kernel.signalProcessGroup(group, SIGHUP);
    }
  }

  #stream(remote: number): ChannelStream | undefined {
    const process = this.#processes.get(Math.floor(remote / STREAMS_PER_PROCESS));
    return process?.streams[remote % STREAMS_PER_PROCESS];
  }

  #send(message: FromSandbox): void {
    this.#channel.send(message);
  }
}
