/** `logs`: what a container's program has written. */
import process from "node:process";
import { type LogEntry, readLog } from "@kernelet/container";
import { badOption, CliError } from "../errors.ts";
import type { RootOption } from "../image/context.ts";
import type { Io } from "../io.ts";
import { parseMoment } from "../options/moment.ts";
import { openContainers, reporting } from "./context.ts";

export interface LogsOptions extends RootOption {
  readonly follow?: true;
  readonly since?: string;
  readonly until?: string;
  readonly tail: string;
  readonly timestamps?: true;
}

export async function runLogs(io: Io, name: string, options: LogsOptions): Promise<void> {
  const { tail, since, until } = options;
  if (tail !== "all" && !/^-?\d+$/.test(tail)) throw badOption("-n", `'${tail}' is no number`);
  const count = tail === "all" || tail.startsWith("-") ? undefined : Number(tail);
  const now = Date.now();
  const sinceMs = since === undefined ? undefined : parseMoment("--since", since, now);
  const untilMs = until === undefined ? undefined : parseMoment("--until", until, now);
  await reporting(async () => {
    const container = openContainers(io, options).find(name);
    if (container.config.log.maxFiles === 0) {
      throw new CliError("no-log", `container ${name} keeps no log: --log-driver none`, {
        exitCode: 1,
      });
    }
    const entries = readLog(container, {
      ...(count !== undefined && { tail: count }),
      ...(sinceMs !== undefined && { sinceMs }),
      ...(untilMs !== undefined && { untilMs }),
      isFollowing: options.follow === true,
    });
    let isUnread = false;
    process.stdout.on("error", () => {
      isUnread = true;
    });
    for await (const { stream, text, time } of entries) {
      const line = options.timestamps === true ? `${time} ${text}` : text;
      await (stream === "stdout" ? written(io.out, line) : written(io.err, line));
      // Whoever read us has seen enough.
      if (isUnread) return;
    }
  });
}

/** Text goes out at once where Node writes synchronously; elsewhere the event loop has to turn. */
async function written(write: (text: string) => void, text: LogEntry["text"]): Promise<void> {
  write(text);
  if (process.stdout.writableNeedDrain) {
    await new Promise<void>((resolve) => process.stdout.once("drain", () => resolve()));
  }
}
