/** The first program of a detached sandbox. Its streams are its log's and those of any number of clients. */
import { isErrno } from "@kernelet/abi";
import type { ThreadGroup } from "@kernelet/kernel";
import type { Channel } from "../channel/channel.ts";
import type { Control } from "../control/control.ts";
import type { StreamEnd } from "../host/stream-end.ts";
import {
  type AttachOptions,
  type ProgramSpec,
  STREAMS_PER_PROCESS,
  type StartFailure,
  type StdioSpec,
} from "../protocol.ts";
import { startProgram } from "../start-program.ts";
import { openStdio, type Stdio, type StreamNumbers } from "../stdio.ts";
import type { JsonLog } from "./json-log.ts";
import { InputWriter, SharedInput } from "./shared-input.ts";
import { type OutputReader, SharedOutput } from "./shared-output.ts";

const STDOUT = 1;

export interface SharedProgramParts {
  readonly control: Control;
  readonly log: JsonLog;
  readonly isInputOnce: boolean;
}

/** A client's part in it. */
export interface Attachment {
  readonly number: number;
  readonly channel: Channel;
  /** null: it sends none. */
  readonly input: InputWriter | null;
  /** stdout and stderr. */
  readonly outputs: readonly OutputReader[];
}

export class SharedProgram {
  readonly #parts: SharedProgramParts;
  readonly #input: SharedInput;
  readonly #outputs: readonly SharedOutput[];
  readonly #numbers: StreamNumbers;
  readonly #attachments: Set<Attachment> = new Set();
  #running: { readonly group: ThreadGroup; readonly stdio: Stdio } | null = null;

  constructor(parts: SharedProgramParts) {
    this.#parts = parts;
    const { streamListener } = parts.control.parts;
    const ends: StreamEnd[] = [];
    this.#numbers = parts.control.openStreams((local, index) => {
      ends[index] =
        index === 0
          ? new SharedInput(parts.isInputOnce, (bytes) => streamListener.input(local, bytes))
          : new SharedOutput(
              (bytes) => parts.log.write(index === STDOUT ? "stdout" : "stderr", bytes),
              () => streamListener.writable(local),
            );
      return ends[index];
    });
    this.#input = ends[0] as SharedInput;
    this.#outputs = ends.slice(1) as SharedOutput[];
  }

  /** null before it runs. */
  get group(): ThreadGroup | null {
    return this.#running?.group ?? null;
  }

  start(program: ProgramSpec, spec: StdioSpec): StartFailure | null {
    const { control } = this.#parts;
    let stdio: Stdio | undefined;
    const task = startProgram(control.parts, program, "first", (context, owner) => {
      const opened = openStdio(control.parts, spec, this.#numbers, context, owner);
      if (!isErrno(opened)) stdio = opened;
      return opened;
    });
    if ("stage" in task) return task;
    this.#running = { group: task.threadGroup, stdio: stdio as Stdio };
    control.watch(task.threadGroup, () => this.#ended());
    for (const attachment of this.#attachments) this.#tellStarted(attachment);
    return null;
  }

  /** Before it runs, too: then the client hears when it does. */
  attach(channel: Channel, number: number, options: AttachOptions): Attachment {
    const first = number * STREAMS_PER_PROCESS;
    const attachment: Attachment = {
      number,
      channel,
      input: options.hasInput ? new InputWriter(channel, first, this.#input) : null,
      outputs: this.#outputs.map((output, i) =>
        output.add(channel, first + STDOUT + i, options.isLossless),
      ),
    };
    this.#attachments.add(attachment);
    if (this.#running !== null) this.#tellStarted(attachment);
    return attachment;
  }

  detach(attachment: Attachment): void {
    if (!this.#attachments.delete(attachment)) return;
    attachment.input?.end();
    for (const output of attachment.outputs) output.close();
  }

  resize(columns: number, rows: number): void {
    this.#running?.stdio.terminal?.resize(columns, rows);
  }

  #tellStarted({ channel, number }: Attachment): void {
    channel.send({ type: "started", process: number, pid: this.group?.tgid ?? 0 });
  }

  #ended(): void {
    const status = this.group?.exitStatus ?? 0;
    this.#running?.stdio.close();
    this.#parts.control.closeStreams(this.#numbers);
    this.#parts.log.end();
    for (const { channel, number } of this.#attachments) {
      channel.send({ type: "ended", process: number, status });
    }
    this.#attachments.clear();
  }
}
