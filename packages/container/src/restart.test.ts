import { expect, test } from "vitest";
import type { RestartPolicy } from "./config.ts";
import { isRestartDue, pauseAfter } from "./restart.ts";
import { type ContainerState, stateOf } from "./state.ts";

const ended: ContainerState = {
  ...stateOf(
    [],
    () => false,
    () => 0,
  ),
  status: "exited",
  startedMs: 0,
  finishedMs: 1000,
};

test.each<{ policy: RestartPolicy; state: Partial<ContainerState>; want: boolean }>([
  { policy: { name: "no", most: null }, state: { exitCode: 1 }, want: false },
  { policy: { name: "always", most: null }, state: {}, want: true },
  { policy: { name: "always", most: null }, state: { isStopRequested: true }, want: false },
  { policy: { name: "always", most: null }, state: { status: "created" }, want: false },
  { policy: { name: "unless-stopped", most: null }, state: { exitCode: 137 }, want: true },
  { policy: { name: "on-failure", most: null }, state: { exitCode: 0 }, want: false },
  { policy: { name: "on-failure", most: null }, state: { exitCode: 1, restarts: 9 }, want: true },
  { policy: { name: "on-failure", most: 2 }, state: { exitCode: 1, restarts: 1 }, want: true },
  { policy: { name: "on-failure", most: 2 }, state: { exitCode: 1, restarts: 2 }, want: false },
])("$policy after $state: $want", ({ policy, state, want }) => {
  expect(isRestartDue(policy, { ...ended, ...state })).toBe(want);
});

test("pauses grow, up to a minute, unless it ran for a while", () => {
  const pauses = [0];
  for (let i = 0; i < 12; i++) pauses.push(pauseAfter(ended, pauses.at(-1) as number));
  expect(pauses.slice(1, 5)).toEqual([100, 200, 400, 800]);
  expect(pauses.at(-1)).toBe(60_000);
  expect(pauseAfter({ ...ended, finishedMs: 11_000 }, 60_000)).toBe(100);
});
