/**
 * What happens to a detached sandbox, one JSON object a line, appended by the sandbox itself and by those who start and stop
 * it. Whoever reads it takes whole lines only: a line that a killed process left half written never happened.
 */
import type { PublishedPort } from "../network/network-request.ts";
import type { StartFailure } from "../protocol.ts";

/** Times are milliseconds since the epoch. */
export type JournalEvent =
  /** By who starts it, before the sandbox does anything. `boot` and `startTime` tell its pid from another's. */
  | {
      readonly event: "starting";
      readonly at: number;
      readonly pid: number;
      readonly startTime: string;
      readonly restarts: number;
    }
  /** By who waits to start it again; a pid as in "starting". */
  | {
      readonly event: "restarting";
      readonly at: number;
      readonly pid: number;
      readonly startTime: string;
    }
  /** By who wants it to end: it is not to be restarted. */
  | { readonly event: "stopping"; readonly at: number }
  // By the sandbox.
  | { readonly event: "published"; readonly at: number; readonly ports: readonly PublishedPort[] }
  | { readonly event: "running"; readonly at: number }
  | { readonly event: "paused"; readonly at: number }
  | { readonly event: "resumed"; readonly at: number }
  | {
      readonly event: "exited";
      readonly at: number;
      readonly exitCode: number;
      readonly isOutOfMemory: boolean;
      /** Something was changed in the root, and the layer with it is whole. */
      readonly hasLayer: boolean;
      readonly error?: string;
    }
  | ({ readonly event: "failed"; readonly at: number } & StartFailure);

/** It begins on a line of its own, whatever the one before it has left. */
export function formatEvent(event: JournalEvent): string {
  return `\n${JSON.stringify(event)}\n`;
}

/** @returns the events in order; what is not whole is left out. */
export function parseJournal(text: string): JournalEvent[] {
  const lines = text.split("\n");
  lines.pop(); // What follows the last end of line: nothing, or half a line.
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as JournalEvent];
    } catch {
      return [];
    }
  });
}
