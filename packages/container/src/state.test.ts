import { EACCES, ENOENT, ESRCH } from "@kernelet/abi";
import type { JournalEvent } from "@kernelet/sandbox";
import { expect, test } from "vitest";
import { stateOf } from "./state.ts";

const starting: JournalEvent = {
  ...{ event: "starting", at: 100, pid: 7, startTime: "boot 1", restarts: 2 },
};
const running: JournalEvent = { event: "running", at: 150 };
const exited: JournalEvent = {
  ...{ event: "exited", at: 300, exitCode: 3, isOutOfMemory: false, hasLayer: true },
};
const failed = (stage: "program" | "user" | "cwd", errno: number): JournalEvent => ({
  ...{ event: "failed", at: 160, stage, subject: "it", errno },
});

test.each<{
  readonly title: string;
  readonly events: readonly JournalEvent[];
  readonly isThere?: boolean;
  readonly want: object;
}>([
  { title: "never started", events: [], want: { status: "created", startedMs: null } },
  {
    title: "started, and its process is there",
    events: [starting],
    isThere: true,
    want: { status: "running", pid: 7, restarts: 2, startedMs: 100 },
  },
  {
    title: "running",
    events: [starting, running],
    isThere: true,
    want: { status: "running", startedMs: 150 },
  },
  {
    title: "its process was killed",
    events: [starting, running],
    want: { status: "exited", exitCode: 137, finishedMs: 999, pid: null },
  },
  {
    title: "killed while it was paused",
    events: [starting, running, { event: "paused", at: 200 }],
    want: { status: "exited", exitCode: 137 },
  },
  {
    title: "went on after a pause",
    events: [starting, running, { event: "paused", at: 200 }, { event: "resumed", at: 210 }],
    isThere: true,
    want: { status: "running" },
  },
  {
    title: "ended, though its process lingers",
    events: [starting, running, exited],
    isThere: true,
    want: {
      status: "exited",
      exitCode: 3,
      hasNewLayer: true,
      finishedMs: 300,
      startedMs: 150,
      pid: null,
    },
  },
  {
    title: "somebody wants it to end",
    events: [starting, running, { event: "stopping", at: 250 }],
    isThere: true,
    want: { status: "running", isStopRequested: true },
  },
  {
    title: "waits to be started again",
    events: [
      starting,
      running,
      exited,
      { event: "restarting", at: 310, pid: 8, startTime: "boot 2" },
    ],
    isThere: true,
    want: { status: "restarting", exitCode: 3 },
  },
  {
    title: "nobody is left to start it again",
    events: [
      starting,
      running,
      exited,
      { event: "restarting", at: 310, pid: 8, startTime: "boot 2" },
    ],
    want: { status: "exited", exitCode: 3 },
  },
  {
    title: "no such program",
    events: [starting, failed("program", ENOENT)],
    want: { status: "created", exitCode: 127, error: "it: not found in the container" },
  },
  {
    title: "a program that may not be run",
    events: [starting, failed("program", EACCES)],
    want: { status: "created", exitCode: 126 },
  },
  {
    title: "no such user",
    events: [starting, failed("user", ESRCH)],
    want: { status: "created", exitCode: 125 },
  },
])("a container: $title", ({ events, isThere = false, want }) => {
  const state = stateOf(
    events,
    () => isThere,
    () => 999,
  );
  expect(state).toMatchObject(want);
});
