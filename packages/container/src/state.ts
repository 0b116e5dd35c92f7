/** How a container is, from its journal and from whether its process is there. Nobody has to be alive to write it down. */
import { readFileSync, statSync } from "node:fs";
import { EACCES, EADDRINUSE, ENOENT, type Errno, errnoMessage, SIGKILL } from "@kernelet/abi";
import {
  type JournalEvent,
  type PublishedPort,
  parseJournal,
  type StartFailure,
} from "@kernelet/sandbox";
import { logFiles } from "./log-files.ts";
import type { ContainerPaths } from "./paths.ts";
import { isAlive } from "./process-identity.ts";

export type ContainerStatus = "created" | "running" | "paused" | "restarting" | "exited";

export interface ContainerState {
  readonly status: ContainerStatus;
  /** Of its process on the host; null if there is none. */
  readonly pid: number | null;
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
  /** Why it could not be started, or ended as it did; empty if there is nothing to say. */
  readonly error: string;
  readonly failure: StartFailure | null;
  /** Milliseconds since the epoch; null: never. */
  readonly startedMs: number | null;
  readonly finishedMs: number | null;
  readonly restarts: number;
  /** Somebody wanted it to end. */
  readonly isStopRequested: boolean;
  /** Of this machine's that lead inside, while it runs. */
  readonly ports: readonly PublishedPort[];
  /** What was written in its last run is there, as a layer. */
  readonly hasNewLayer: boolean;
}

const EXIT_FAILED = 125;
const EXIT_NOT_EXECUTABLE = 126;
const EXIT_NOT_FOUND = 127;
const EXIT_KILLED = 128 + SIGKILL;

const NEVER: ContainerState = {
  status: "created",
  pid: null,
  exitCode: 0,
  isOutOfMemory: false,
  error: "",
  failure: null,
  startedMs: null,
  finishedMs: null,
  restarts: 0,
  isStopRequested: false,
  hasNewLayer: false,
  ports: [],
};

export function readState(paths: ContainerPaths): ContainerState {
  let text: string;
  try {
    text = readFileSync(paths.journal, "utf8");
  } catch {
    return NEVER;
  }
  return stateOf(parseJournal(text), isAlive, () => lastTouched(paths));
}

/** @param lastSign when the container was last known to live, for one that ended without a word. */
export function stateOf(
  events: readonly JournalEvent[],
  isThere: typeof isAlive,
  lastSign: () => number,
): ContainerState {
  let state = NEVER;
  let process: { readonly pid: number; readonly startTime: string } | null = null;
  let lastMs = 0;
  for (const event of events) {
    state = after(state, event);
    lastMs = event.at;
    if (event.event === "starting" || event.event === "restarting") process = event;
  }
  const isActive = state.status !== "created" && state.status !== "exited";
  if (!isActive || process === null || isThere(process)) return state;
  if (state.status === "restarting") return { ...state, status: "exited", pid: null };
  return {
    ...state,
    status: "exited",
    pid: null,
    ports: [],
    exitCode: EXIT_KILLED,
    // A file's times are those of the last tick: some milliseconds early.
    finishedMs: Math.max(lastMs, lastSign()),
    error: "its process was killed",
  };
}

function after(state: ContainerState, event: JournalEvent): ContainerState {
  switch (event.event) {
    case "starting":
      return {
        ...NEVER,
        status: "running",
        pid: event.pid,
        restarts: event.restarts,
        startedMs: event.at,
      };
    case "running":
      return { ...state, startedMs: event.at };
    case "published":
      return { ...state, ports: event.ports };
    case "paused":
      return { ...state, status: "paused" };
    case "resumed":
      return { ...state, status: "running" };
    case "stopping":
      return { ...state, isStopRequested: true };
    case "restarting":
      return { ...state, status: "restarting", pid: event.pid };
    case "exited":
      return {
        ...state,
        status: "exited",
        pid: null,
        ports: [],
        exitCode: event.exitCode,
        isOutOfMemory: event.isOutOfMemory,
        hasNewLayer: event.hasLayer,
        error: event.error ?? "",
        finishedMs: event.at,
      };
    case "failed":
      return {
        ...state,
        status: "created",
        pid: null,
        exitCode: exitCodeOf(event),
        error: describeFailure(event),
        failure: event,
        startedMs: null,
      };
  }
}

/** Codes as a shell gives them. */
export function exitCodeOf({ stage, errno }: StartFailure): number {
  if (stage !== "program") return stage === "cwd" ? EXIT_NOT_EXECUTABLE : EXIT_FAILED;
  return errno === ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

export function describeFailure({ stage, subject, errno }: StartFailure): string {
  const message = errnoMessage(errno as Errno);
  const why = message.charAt(0).toLowerCase() + message.slice(1);
  switch (stage) {
    case "program":
      if (errno === ENOENT) return `${subject}: not found in the container`;
      return errno === EACCES ? `${subject}: permission denied` : `${subject}: ${why}`;
    case "cwd":
      return `working folder ${subject}: ${why}`;
    case "port":
      return errno === EADDRINUSE
        ? `port ${subject} of this machine is in use; choose another with -p`
        : `port ${subject} of this machine: ${why}`;
    case "user":
      return `user ${subject}: not in the container's /etc/passwd and /etc/group`;
    default:
      return `${subject}: ${why}`;
  }
}

function lastTouched(paths: ContainerPaths): number {
  const files = [paths.journal, ...logFiles(paths).map(({ file }) => file)];
  const times = files.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return Math.max(...times);
}
