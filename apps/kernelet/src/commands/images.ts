/** Commands about the images that are here. */
import { Command, Option } from "commander";
import type { PruneOptions, RemoveOptions } from "../image/change.ts";
import type { RootOption } from "../image/context.ts";
import type { InspectedType, InspectOptions } from "../image/inspect.ts";
import type { ListOptions } from "../image/list.ts";
import { listOption } from "../options/list.ts";
import { rootOption } from "../options/root.ts";
import type { CommandRow } from "./row.ts";

export const imagesCommand: CommandRow = {
  name: "images",
  summary: "list the images that are here",
  description: "Lists the images in the store, the newest first, a line for each name.",
  define: ({ io }) =>
    new Command()
      .argument("[repository[:tag]]", "only this one")
      .addOption(new Option("-a, --all", "all images: there are no others").hideHelp())
      .addOption(new Option("--digests", "show digests"))
      .addOption(listOption("-f, --filter <filter>", "dangling=true, or reference=PATTERN"))
      .addOption(
        new Option("--format <format>", "table, json, or a template as {{.ID}}").default("table"),
      )
      .addOption(new Option("--no-trunc", "show ids whole"))
      .addOption(new Option("-q, --quiet", "show ids only"))
      .addOption(rootOption())
      .action(async (pattern: string | undefined, options: ListOptions) => {
        const { runList } = await import("../image/list.ts");
        await runList(io, pattern, options);
      }),
};

export const tagCommand: CommandRow = {
  name: "tag",
  summary: "give an image another name",
  description: "Gives an image of the store another name.",
  define: ({ io }) =>
    new Command()
      .argument("<image>", "name or id")
      .argument("<name>", "the new name")
      .addOption(rootOption())
      .action(async (source: string, target: string, options: RootOption) => {
        const { runTag } = await import("../image/change.ts");
        await runTag(io, source, target, options);
      }),
};

export const rmiCommand: CommandRow = {
  name: "rmi",
  summary: "remove images",
  description: "Removes names of images, and images that have no name any more.",
  define: ({ io }) =>
    new Command()
      .argument("<image...>", "names or ids")
      .addOption(
        new Option(
          "-f, --force",
          "all names of an id, also if a container uses it; no error if it is not there",
        ),
      )
      .addOption(rootOption())
      .action(async (names: string[], options: RemoveOptions) => {
        const { runRemove } = await import("../image/change.ts");
        await runRemove(io, names, options);
      }),
};

const INSPECTED_TYPES: readonly InspectedType[] = ["container", "image", "volume"];

/** @param type what is meant; absent: whatever has that name. */
export function inspecting(type?: InspectedType): CommandRow["define"] {
  return ({ io }) => {
    const command = new Command()
      .argument("<name...>", "names or ids")
      .addOption(new Option("-f, --format <format>", "json, or a template as {{.Config.Cmd}}"))
      .addOption(rootOption());
    const types = new Option("--type <type>", "what is meant").choices(INSPECTED_TYPES);
    if (type === undefined) command.addOption(types);
    return command.action(async (names: string[], options: InspectOptions) => {
      const { runInspect } = await import("../image/inspect.ts");
      await runInspect(io, names, type === undefined ? options : { ...options, type });
    });
  };
}

export const inspectCommand: CommandRow = {
  name: "inspect",
  summary: "print everything about containers, images and volumes",
  description: "Prints all that is known of containers, images and volumes, as JSON.",
  define: inspecting(),
};

export const imageInspectCommand: CommandRow = {
  name: "inspect",
  summary: "print everything about images",
  description: "Prints all that is known of images, as JSON.",
  define: inspecting("image"),
};

export const pruneCommand: CommandRow = {
  name: "prune",
  summary: "remove images without a name",
  description:
    "Removes images that have no name, transfers that were interrupted, and what is left of others.",
  define: ({ io }) =>
    new Command()
      .addOption(new Option("-a, --all", "those with a name, too, if no container uses them"))
      .addOption(new Option("-f, --force", "do not ask"))
      .addOption(rootOption())
      .action(async (options: PruneOptions) => {
        const { runPrune } = await import("../image/change.ts");
        await runPrune(io, options);
      }),
};
