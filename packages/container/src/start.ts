/** Starts a container's sandbox, and sees to it that it can do without us. */
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import {
  type AttachOptions,
  type DetachedSpec,
  formatEvent,
  launch,
  listenAt,
  type Sandbox,
  type StartFailure,
  type TerminalSize,
} from "@kernelet/sandbox";
import type { Container } from "./container.ts";
import { ContainerError, fileError } from "./errors.ts";
import { keepJournal } from "./history.ts";
import { stackLayers } from "./layers.ts";
import { logToWrite } from "./log-files.ts";
import { identify } from "./process-identity.ts";
import { sandboxConfig } from "./sandbox-config.ts";
import { describeFailure } from "./state.ts";

/** Behind stdin, stdout, stderr and the channel. */
const FIRST_FREE_FD = 4;
const JOURNAL_FD = FIRST_FREE_FD + 1;
const LAYER_FD = FIRST_FREE_FD + 2;
const FIRST_LOG_FD = FIRST_FREE_FD + 3;

export interface StartOptions {
  /** Take part in its streams from the start. */
  readonly attach?: AttachOptions;
  readonly size?: TerminalSize;
  /** It is started again, for so many times. */
  readonly restarts?: number;
  readonly cacheFolder?: string;
  readonly onLog?: (level: "debug" | "info" | "warn" | "error", message: string) => void;
}

export interface StartedContainer {
  /** To be closed by whoever no longer wants to hear of it. */
  readonly sandbox: Sandbox;
}

/** The program could not be started. */
export class NotStartedError extends ContainerError {
  readonly failure: StartFailure;

  constructor(name: string, failure: StartFailure) {
    super("not-started", `container ${name}: ${describeFailure(failure)}`);
    this.failure = failure;
  }
}

interface Opened {
  readonly detached: DetachedSpec;
  readonly stdio: readonly (number | "ignore")[];
  /** What the sandbox needs has its name now, and our own descriptors go. */
  reveal(): void;
  close(): void;
}

/** Preconditions: the caller has the container's lock, and it does not run. */
export async function startContainer(
  container: Container,
  options: StartOptions,
): Promise<StartedContainer> {
  const layers = stackLayers(container);
  const config = sandboxConfig(container, layers, options.size);
  const opened = await open(container, options);
  try {
    const sandbox = launch({
      config: { ...config, detached: opened.detached, layerFd: LAYER_FD },
      stdio: opened.stdio,
      ...(options.cacheFolder !== undefined && { cacheFolder: options.cacheFolder }),
      ...(options.onLog !== undefined && { onLog: options.onLog }),
      onDetached: (pid) => noteStart(container, pid, options.restarts ?? 0),
    });
    if (!(await sandbox.ready)) throw await notStarted(container, sandbox);
    opened.reveal();
    return { sandbox };
  } finally {
    opened.close();
  }
}

/** The journal begins anew. It is written before the sandbox knows what to do: one that nobody knows of does nothing. */
function noteStart(container: Container, pid: number, restarts: number): void {
  const { paths } = container;
  const startTime = identify(pid)?.startTime;
  if (startTime === undefined) return; // It has ended already.
  const event = { event: "starting", at: Date.now(), pid, startTime, restarts } as const;
  try {
    keepJournal(paths, container.state());
    fs.truncateSync(paths.journal, 0);
    fs.appendFileSync(paths.journal, formatEvent(event));
  } catch (error) {
    throw fileError("starting in", paths.folder, error);
  }
}

async function notStarted(container: Container, sandbox: Sandbox): Promise<ContainerError> {
  const { name } = container.config;
  const outcome = await sandbox.outcome;
  if (outcome.kind === "failed") return new NotStartedError(name, outcome);
  const how =
    outcome.kind === "lost" ? (outcome.signal ?? `exit code ${outcome.code}`) : outcome.kind;
  return new ContainerError(
    "lost",
    `container ${name}: its process ended before it ran: ${how}; kernelet doctor says what works here`,
  );
}

/** Of earlier runs: of whoever was killed in the middle of starting it, and the last one's. */
function removeSockets(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    if (/^socket(\.|$)/.test(name)) fs.rmSync(path.join(folder, name), { force: true });
  }
}

async function open(container: Container, options: StartOptions): Promise<Opened> {
  const { paths, config } = container;
  const unnamed = path.join(paths.folder, `socket.${process.pid}`);
  const files: number[] = [];
  const append = (file: string): number => {
    const fd = fs.openSync(file, "a", 0o600);
    files.push(fd);
    return fd;
  };
  try {
    removeSockets(paths.folder);
    const log = logToWrite(paths, config.log);
    const appended = [paths.journal, paths.newLayer, ...log.files].map(append);
    const { fd: socket, server } = await listenAt(unnamed);
    const stdio = ["ignore", "ignore", "ignore", socket, ...appended] as const;
    return {
      stdio,
      detached: {
        socketFd: FIRST_FREE_FD,
        journalFd: JOURNAL_FD,
        log: {
          fds: log.files.map((_, i) => FIRST_LOG_FD + i),
          maxBytes: config.log.maxBytes,
          sequence: log.sequence,
        },
        isInputOnce: config.isInputOnce,
        ...(options.attach !== undefined && { attach: options.attach }),
      },
      // Closing takes the name away under which it was opened, and leaves the other.
      reveal: () => fs.renameSync(unnamed, paths.socket),
      close: () => {
        server.close();
        for (const fd of files) fs.closeSync(fd);
      },
    };
  } catch (error) {
    for (const fd of files) fs.closeSync(fd);
    throw fileError("starting in", paths.folder, error);
  }
}
