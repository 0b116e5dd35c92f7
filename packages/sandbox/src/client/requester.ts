/** Asks a sandbox over its channel and waits for the answers. */
import { type Errno, errnoMessage } from "@kernelet/abi";
import type { Channel } from "../channel/channel.ts";
import type { Answer } from "../protocol.ts";
import type { ArgsOf, Op, ValueOf } from "../requests.ts";
import { SandboxEndedError } from "./guest-processes.ts";

/** The guest's kernel refused. */
export class GuestError extends Error {
  override readonly name = "GuestError";
  /** Negative. */
  readonly errno: Errno;
  readonly op: string;

  constructor(op: string, errno: Errno) {
    super(`${op}: ${errnoMessage(errno)}`);
    this.op = op;
    this.errno = errno;
  }
}

export interface Answered<O extends Op> {
  readonly value: ValueOf<O>;
  readonly bytes: Uint8Array;
}

interface Pending {
  readonly op: Op;
  resolve(answered: Answered<Op>): void;
  reject(error: Error): void;
}

const NOTHING = new Uint8Array(0);

export class Requester {
  readonly #channel: Channel;
  readonly #pending: Map<number, Pending> = new Map();
  #next = 1;
  #isOver = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** @throws GuestError, SandboxEndedError */
  ask<O extends Op>(op: O, args: ArgsOf<O>, bytes: Uint8Array = NOTHING): Promise<Answered<O>> {
    if (this.#isOver) return Promise.reject(new SandboxEndedError());
    const id = this.#next++;
    const answered = new Promise<Answered<Op>>((resolve, reject) => {
      this.#pending.set(id, { op, resolve, reject });
    });
    this.#channel.sendWith({ type: "ask", id, op, args }, bytes);
    return answered as Promise<Answered<O>>;
  }

  // From the sandbox.

  answer({ id, value, errno }: Answer, bytes: Uint8Array): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    if (errno !== undefined) pending.reject(new GuestError(pending.op, errno as Errno));
    else pending.resolve({ value: value as ValueOf<Op>, bytes });
  }

  over(): void {
    this.#isOver = true;
    for (const { reject } of this.#pending.values()) reject(new SandboxEndedError());
    this.#pending.clear();
  }
}
