/**
 * One client of the sandbox: whoever is at the other end of a channel. Starts processes for it, carries their streams, and
 * tells how they ended. When it goes, its processes get SIGHUP, as when a terminal is hung up, and their streams end.
 */
import { ESRCH, isErrno, SIGHUP } from "@kernelet/abi";
import type { ThreadGroup } from "@kernelet/kernel";
import type { Channel } from "../channel/channel.ts";
import type { InputWriter } from "../detached/shared-input.ts";
import type { OutputReader } from "../detached/shared-output.ts";
import type { Attachment } from "../detached/shared-program.ts";
import { ChannelStream } from "../host/channel-stream.ts";
import {
  type AttachOptions,
  type FromSandbox,
  type ProgramSpec,
  STREAMS_PER_PROCESS,
  type StartFailure,
  type StdioSpec,
  type ToSandbox,
} from "../protocol.ts";
import { type ProcessRole, startProgram } from "../start-program.ts";
import { openNothing, openStdio, type Stdio, type StreamNumbers } from "../stdio.ts";
import type { Control } from "./control.ts";
import { Observer } from "./observer.ts";
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
  readonly #observer: Observer;
  /** By the client's own numbers. */
  readonly #processes: Map<number, ClientProcess> = new Map();
  /** Its parts in the first program of a detached sandbox, by the same numbers. */
  readonly #attachments: Map<number, Attachment> = new Map();

  constructor(control: Control, channel: Channel) {
    this.#control = control;
    this.#channel = channel;
    this.#observer = new Observer(control, channel);
  }

  /** What it says. @returns false if that is nothing a client may say. */
  message(message: ToSandbox, bytes: Uint8Array): boolean {
    switch (message.type) {
      case "run":
        return message.isLeft === true
          ? this.#leave(message.process, message.program)
          : this.#run(message.process, message.program, message.stdio);
      case "attach": {
        const { process, hasInput, isLossless } = message;
        return this.attach(process, { hasInput, isLossless });
      }
      case "kill":
        this.#kill(message.process, message.signo, message.group);
        return true;
      case "resize-process": {
        const { process, columns, rows } = message;
        if (this.#attachments.has(process)) this.#control.first?.resize(columns, rows);
        this.#processes.get(process)?.stdio.terminal?.resize(columns, rows);
        return true;
      }
      case "end-input":
        this.#inputOf(message.process)?.end();
        return true;
      case "taken":
        this.#outputOf(message.stream)?.taken(message.bytes);
        return true;
      case "verdict":
        return this.#observer.verdict(message);
      case "decision":
        return this.#observer.decision(message);
      case "ask": {
        const { id, op, args } = message;
        answer(
          { asked: this.#control, observer: this.#observer, op, args, bytes },
          ({ bytes: answered, ...reply }) => {
            const whole: FromSandbox = { type: "answer", id, ...reply };
            if (answered === undefined) this.#send(whole);
            else this.#channel.sendWith(whole, answered);
          },
        );
        return true;
      }
      default:
        return false;
    }
  }

  /** Bytes of a stream. @returns false if they are more than it may send. */
  data(stream: number, bytes: Uint8Array): boolean {
    if (stream % STREAMS_PER_PROCESS !== 0) return true;
    return this.#inputOf(stream / STREAMS_PER_PROCESS)?.receive(bytes) ?? true;
  }

  /** Takes part in the first program's streams. @returns false if the number is in use. */
  attach(number: number, options: AttachOptions): boolean {
    if (this.#isInUse(number)) return false;
    const { first } = this.#control;
    if (first === null) {
      const failure = { stage: "program", subject: "", errno: ESRCH } as const;
      this.#send({ type: "refused", process: number, ...failure });
    } else this.#attachments.set(number, first.attach(this.#channel, number, options));
    return true;
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
    let stdio: Stdio | undefined;
    const task = startProgram(this.#control.parts, program, role, (context, owner) => {
      const opened = openStdio(this.#control.parts, spec, numbers, context, owner);
      if (!isErrno(opened)) stdio = opened;
      return opened;
    });
    if ("stage" in task) return task;
    return { group: task.threadGroup, stdio: stdio as Stdio };
  }

  #run(number: number, program: ProgramSpec, spec: StdioSpec): boolean {
    // The sandbox process's own streams are the launcher's.
    if (this.#isInUse(number) || spec.kind === "inherited") return false;
    const failed = this.start(number, program, spec, "further");
    if (failed !== null) this.#send({ type: "refused", process: number, ...failed });
    return true;
  }

  /** Starts a program that nobody hears of: its parent is gone, as after a double fork. */
  #leave(number: number, program: ProgramSpec): boolean {
    if (this.#isInUse(number)) return false;
    const { parts } = this.#control;
    const task = startProgram(parts, program, "further", (fs) => openNothing(fs));
    if ("stage" in task) this.#send({ type: "refused", process: number, ...task });
    else {
      this.#send({ type: "started", process: number, pid: task.threadGroup.tgid });
      this.#send({ type: "ended", process: number, status: 0 });
    }
    return true;
  }

  #kill(number: number, signo: number, isForGroup: boolean): void {
    const shared = this.#attachments.has(number) ? this.#control.first?.group : undefined;
    const group = this.#processes.get(number)?.group ?? shared ?? null;
    if (group === null) return; // It has ended meanwhile.
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
    for (const attachment of this.#attachments.values()) this.#control.first?.detach(attachment);
    this.#observer.release();
    for (const { group, streams } of [...this.#processes.values()]) {
      for (const stream of streams) stream.end();
      this.#control.parts.kernel.signalProcessGroup(group, SIGHUP);
    }
  }

  #isInUse(number: number): boolean {
    return this.#processes.has(number) || this.#attachments.has(number);
  }

  #inputOf(number: number): ChannelStream | InputWriter | null {
    return this.#attachments.get(number)?.input ?? this.#processes.get(number)?.streams[0] ?? null;
  }

  /** @param remote the client's number of a stream. */
  #outputOf(remote: number): ChannelStream | OutputReader | undefined {
    const number = Math.floor(remote / STREAMS_PER_PROCESS);
    const index = remote % STREAMS_PER_PROCESS;
    return (
      this.#attachments.get(number)?.outputs[index - 1] ??
      this.#processes.get(number)?.streams[index]
    );
  }

  #send(message: FromSandbox): void {
    this.#channel.send(message);
  }
}
