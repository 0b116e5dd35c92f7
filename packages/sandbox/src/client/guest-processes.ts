/** The processes that one client has started over its channel, by their numbers there. */
import { type Errno, errnoMessage } from "@kernelet/abi";
import type { Channel } from "../channel/channel.ts";
import {
  type AttachOptions,
  type FromSandbox,
  type ProgramSpec,
  STREAMS_PER_PROCESS,
  type StartFailure,
  type StdioSpec,
} from "../protocol.ts";
import { GuestProcess } from "./guest-process.ts";

/** A program could not be started. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly failure: StartFailure;

  constructor(failure: StartFailure) {
    super(`${failure.stage}: ${failure.subject}: ${errnoMessage(failure.errno as Errno)}`);
    this.failure = failure;
  }
}

/** The sandbox has ended, and what was asked of it will not happen. */
export class SandboxEndedError extends Error {
  override readonly name = "SandboxEndedError";

  constructor() {
    super("the sandbox has ended");
  }
}

interface Pending {
  resolve(process: GuestProcess): void;
  reject(error: Error): void;
}

export class GuestProcesses {
  readonly #channel: Channel;
  readonly #running: Map<number, GuestProcess> = new Map();
  readonly #pending: Map<number, Pending> = new Map();
  /** 0 is the sandbox's first program. */
  #next = 1;
  #isOver = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** @throws StartError, SandboxEndedError */
  run(program: ProgramSpec, stdio: StdioSpec): Promise<GuestProcess> {
    if (this.#isOver) return Promise.reject(new SandboxEndedError());
    const number = this.#next++;
    this.#channel.send({ type: "run", process: number, program, stdio });
    return this.expect(number);
  }

  /** Starts a program and forgets it. @throws StartError, SandboxEndedError */
  async leave(program: ProgramSpec): Promise<void> {
    if (this.#isOver) throw new SandboxEndedError();
    const number = this.#next++;
    const stdio: StdioSpec = { kind: "streams", hasInput: false };
    this.#channel.send({ type: "run", process: number, program, stdio, isLeft: true });
    await this.expect(number);
  }

  /** The first program, which others may be attached to as well. @throws StartError, SandboxEndedError */
  attach(options: AttachOptions): Promise<GuestProcess> {
    if (this.#isOver) return Promise.reject(new SandboxEndedError());
    const number = this.#next++;
    this.#channel.send({ type: "attach", process: number, ...options });
    return this.expect(number);
  }

  /** The process `number`, which is about to be told of. */
  expect(number: number): Promise<GuestProcess> {
    return new Promise((resolve, reject) => this.#pending.set(number, { resolve, reject }));
  }

  /** @returns whether it was about processes. */
  message(message: FromSandbox): boolean {
    switch (message.type) {
      case "started": {
        const process = new GuestProcess(this.#channel, message.process, message.pid);
        this.#running.set(message.process, process);
        this.#take(message.process)?.resolve(process);
        return true;
      }
      case "refused": {
        const { stage, subject, errno } = message;
        this.#take(message.process)?.reject(new StartError({ stage, subject, errno }));
        return true;
      }
      case "ended":
        this.#running.get(message.process)?.end(message.status);
        this.#running.delete(message.process);
        return true;
      case "taken": {
        const { stream, bytes } = message;
        this.#processOf(stream)?.taken(stream % STREAMS_PER_PROCESS, bytes);
        return true;
      }
      case "missed": {
        const { stream, bytes } = message;
        this.#processOf(stream)?.missed(bytes);
        return true;
      }
      default:
        return false;
    }
  }

  data(stream: number, bytes: Uint8Array): void {
    this.#processOf(stream)?.receive(stream % STREAMS_PER_PROCESS, bytes);
  }

  /** The sandbox has gone, and all of them with it. */
  over(): void {
    this.#isOver = true;
    const error = new SandboxEndedError();
    for (const pending of this.#pending.values()) pending.reject(error);
    for (const process of this.#running.values()) process.lose(error);
    this.#pending.clear();
    this.#running.clear();
  }

  #processOf(stream: number): GuestProcess | undefined {
    return this.#running.get(Math.floor(stream / STREAMS_PER_PROCESS));
  }

  #take(number: number): Pending | undefined {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    return pending;
  }
}
