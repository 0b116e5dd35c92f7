/** Times and states for people, as docker(1) writes them. */
import type { ContainerState } from "@kernelet/container";
import type { PublishedPort } from "@kernelet/sandbox";
import { describePort } from "../options/network.ts";

const HOUR = 60;
const DAY = 24;

/** "3 seconds", "About a minute", "2 hours". */
export function humanDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return "Less than a second";
  if (seconds === 1) return "1 second";
  if (seconds < 60) return `${seconds} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return "About a minute";
  if (minutes < HOUR) return `${minutes} minutes`;
  const hours = Math.round(minutes / HOUR);
  if (hours === 1) return "About an hour";
  if (hours < 2 * DAY) return `${hours} hours`;
  const days = Math.floor(hours / DAY);
  if (days < 14) return `${days} days`;
  if (days < 60) return `${Math.floor(days / 7)} weeks`;
  return days < 730 ? `${Math.floor(days / 30)} months` : `${Math.floor(days / 365)} years`;
}

/** "Up 3 minutes (Paused)", "Exited (0) 5 minutes ago". */
export function humanStatus(state: ContainerState, nowMs: number): string {
  const since = (ms: number | null): string => humanDuration(nowMs - (ms ?? nowMs));
  switch (state.status) {
    case "created":
      return "Created";
    case "running":
      return `Up ${since(state.startedMs)}`;
    case "paused":
      return `Up ${since(state.startedMs)} (Paused)`;
    case "restarting":
      return `Restarting (${state.exitCode}) ${since(state.finishedMs)} ago`;
    case "exited":
      return `Exited (${state.exitCode}) ${since(state.finishedMs)} ago`;
  }
}

/** "127.0.0.1:8080->80/tcp". */
export function humanPort(port: PublishedPort): string {
  return `${describePort(port)}->${port.guestPort}/${port.protocol}`;
}
