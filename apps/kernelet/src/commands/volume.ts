/** `kernelet volume …`: named volumes. What does the work is loaded only when it is asked for. */
import { Command, Option } from "commander";
import { listOption } from "../options/list.ts";
import { rootOption } from "../options/root.ts";
import type { CreateOptions, ListOptions, PruneOptions, RemoveOptions } from "../volume/manage.ts";
import { group } from "./group.ts";
import { inspecting } from "./images.ts";
import type { CommandRow } from "./row.ts";

const createRow: CommandRow = {
  name: "create",
  summary: "make a volume",
  description: "Makes a volume and prints its name. One that is there already stays as it is.",
  define: ({ io }) =>
    new Command()
      .argument("[name]", "made up unless given")
      .addOption(new Option("-d, --driver <driver>", "there is local only").hideHelp())
      .addOption(listOption("--label <key=value>", "may be repeated"))
      .addOption(rootOption())
      .action(async (name: string | undefined, options: CreateOptions) => {
        const { runVolumeCreate } = await import("../volume/manage.ts");
        await runVolumeCreate(io, name, options);
      }),
};

const listRow: CommandRow = {
  name: "ls",
  summary: "list volumes",
  description: "Lists the volumes.",
  define: ({ io }) =>
    new Command()
      .addOption(listOption("-f, --filter <filter>", "name=, label=, driver=, dangling=true|false"))
      .addOption(
        new Option("--format <format>", "table, json, or a template as {{.Name}}").default("table"),
      )
      .addOption(new Option("-q, --quiet", "show names only"))
      .addOption(rootOption())
      .action(async (options: ListOptions) => {
        const { runVolumeList } = await import("../volume/manage.ts");
        await runVolumeList(io, options);
      }),
};

const inspectRow: CommandRow = {
  name: "inspect",
  summary: "print everything about volumes",
  description: "Prints all that is known of volumes, as JSON.",
  define: inspecting("volume"),
};

const removeRow: CommandRow = {
  name: "rm",
  summary: "remove volumes",
  description: "Removes volumes that no container uses, with all that is in them.",
  define: ({ io }) =>
    new Command()
      .argument("<volume...>", "names")
      .addOption(new Option("-f, --force", "no error if it is not there"))
      .addOption(rootOption())
      .action(async (names: string[], options: RemoveOptions) => {
        const { runVolumeRemove } = await import("../volume/manage.ts");
        await runVolumeRemove(io, names, options);
      }),
};

const pruneRow: CommandRow = {
  name: "prune",
  summary: "remove volumes that no container uses",
  description: "Removes volumes that were given no name and that no container uses.",
  define: ({ io }) =>
    new Command()
      .addOption(new Option("-a, --all", "those with a name, too"))
      .addOption(new Option("-f, --force", "do not ask"))
      .addOption(listOption("--filter <filter>", "name=, label="))
      .addOption(rootOption())
      .action(async (options: PruneOptions) => {
        const { runVolumePrune } = await import("../volume/manage.ts");
        await runVolumePrune(io, options);
      }),
};

export const volumeCommand: CommandRow = group({
  name: "volume",
  summary: "manage volumes",
  description:
    "Volumes are folders that containers share, and that stay when they go: -v NAME:TARGET.",
  rows: [createRow, inspectRow, listRow, pruneRow, removeRow],
});
