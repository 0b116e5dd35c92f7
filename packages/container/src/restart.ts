/**
 * Restart policies. Who starts a container that has one starts a process beside it, which waits for its end and starts it
 * again; there is none for other containers, and none after the machine was started anew.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { StoreLock } from "@kernelet/image";
import { openCacheFolder } from "@kernelet/sandbox";
import type { RestartPolicy } from "./config.ts";
import type { Container } from "./container.ts";
import { ContainerError } from "./errors.ts";
import { identify } from "./process-identity.ts";
import type { ContainerState } from "./state.ts";

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 60_000;
/** One that ran so long starts again without a longer pause than the first. */
const SOUND_MS = 10_000;
const LOOK_AGAIN_MS = 50;

/** Whether one that has ended so is to be started again. */
export function isRestartDue(policy: RestartPolicy, state: ContainerState): boolean {
  if (state.isStopRequested || state.status !== "exited") return false;
  switch (policy.name) {
    case "no":
      return false;
    case "always":
    case "unless-stopped":
      return true;
    case "on-failure":
      return state.exitCode !== 0 && (policy.most === null || state.restarts < policy.most);
  }
}

/** How long to wait before the next start, after the one before that waited `lastMs`. */
export function pauseAfter(state: ContainerState, lastMs: number): number {
  const ranMs = (state.finishedMs ?? 0) - (state.startedMs ?? 0);
  if (ranMs >= SOUND_MS || lastMs === 0) return FIRST_PAUSE_MS;
  return Math.min(lastMs * 2, LONGEST_PAUSE_MS);
}

/** Starts the process that watches. */
export function spawnWatcher({ store, id }: Container): void {
  const here = fileURLToPath(import.meta.url);
  const name = path.extname(here) === ".ts" ? "restart-main.ts" : "restart-watcher.js";
  const main = path.join(path.dirname(here), name);
  const { HOME, XDG_CACHE_HOME } = process.env;
  const env = { ...(HOME && { HOME }), ...(XDG_CACHE_HOME && { XDG_CACHE_HOME }) };
  const args = ["--disable-warning=ExperimentalWarning", main, store.root, id];
  spawn(process.execPath, args, { detached: true, env, stdio: "ignore" }).unref();
}

/** What that process does: until the container is not to be started any more, or is gone. */
export async function watchRestarts(container: Container): Promise<void> {
  // One is enough.
  await new StoreLock(container.paths.watcherLock).tryHold("alone", () => watch(container));
}

async function watch(container: Container): Promise<void> {
  const { restart } = container.config;
  let pauseMs = 0;
  for (;;) {
    const state = await container.ended();
    if (!isRestartDue(restart, state)) return;
    const self = identify(process.pid);
    if (self === undefined) return;
    pauseMs = pauseAfter(state, pauseMs);
    container.note({ event: "restarting", at: Date.now(), ...self });
    if (!(await isStillWanted(container, pauseMs))) return;
    if (!(await startAgain(container, state.restarts + 1))) return;
  }
}

/** Waits, and looks meanwhile whether somebody has stopped or removed it. */
async function isStillWanted(container: Container, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    await delay(Math.min(LOOK_AGAIN_MS, ms));
    if (container.state().isStopRequested) return false;
  }
  return true;
}

/** @returns whether it is to be watched further. */
async function startAgain(container: Container, restarts: number): Promise<boolean> {
  const cacheFolder = openCacheFolder(process.env);
  try {
    const { sandbox } = await container.start({
      restarts,
      ...(cacheFolder !== undefined && { cacheFolder }),
    });
    sandbox.close();
    return true;
  } catch (error) {
    // Somebody else was quicker; else it is gone, or cannot be started, which its state says.
    return error instanceof ContainerError && error.code === "already-running";
  }
}
