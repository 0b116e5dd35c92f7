/** `kernelet system …`, and `kernelet events`. What does the work is loaded only when it is asked for. */
import { Command, Option } from "commander";
import type { EventsOptions } from "../container/events.ts";
import { listOption } from "../options/list.ts";
import { rootOption } from "../options/root.ts";
import type { PruneOptions, UseOptions } from "../system/disk.ts";
import { group } from "./group.ts";
import type { CommandRow } from "./row.ts";

export const eventsCommand: CommandRow = {
  name: "events",
  summary: "show what happens to containers and volumes",
  description:
    "Shows what happens to containers and volumes from now on, or since a moment; it ends at the moment of --until.",
  define: ({ io }) =>
    new Command()
      .addOption(
        listOption("-f, --filter <filter>", "container=, event=, image=, label=, type=, volume="),
      )
      .addOption(new Option("--format <format>", "json, or a template as {{.Action}}"))
      .addOption(
        new Option("--since <moment>", "a date, seconds since 1970, or how long ago as 10m"),
      )
      .addOption(new Option("--until <moment>", "the same"))
      .addOption(rootOption())
      .action(async (options: EventsOptions) => {
        const { runEvents } = await import("../container/events.ts");
        await runEvents(io, options);
      }),
};

const useRow: CommandRow = {
  name: "df",
  summary: "show what takes room on the disk",
  description: "Shows how much room images, containers and volumes take on the disk.",
  define: ({ io }) =>
    new Command()
      .addOption(
        new Option("--format <format>", "table, json, or a template as {{.Size}}").default("table"),
      )
      .addOption(rootOption())
      .action(async (options: UseOptions) => {
        const { runDiskUse } = await import("../system/disk.ts");
        await runDiskUse(io, options);
      }),
};

const pruneRow: CommandRow = {
  name: "prune",
  summary: "remove what nothing uses",
  description: "Removes containers that do not run, and then images without a name that none uses.",
  define: ({ io }) =>
    new Command()
      .addOption(new Option("-a, --all", "images with a name, too"))
      .addOption(new Option("-f, --force", "do not ask"))
      .addOption(new Option("--volumes", "and volumes without a name that no container uses"))
      .addOption(rootOption())
      .action(async (options: PruneOptions) => {
        const { runSystemPrune } = await import("../system/disk.ts");
        await runSystemPrune(io, options);
      }),
};

export const systemCommand: CommandRow = group({
  name: "system",
  summary: "manage what is kept on the disk",
  description: "What takes room on the disk, and what happens.",
  rows: [useRow, eventsCommand, pruneRow],
});
