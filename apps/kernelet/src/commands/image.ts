/** `kernelet image …`: the commands about images under the names that docker(1) has for them there. */
import { Command } from "commander";
import { loadCommand, saveCommand } from "./archive.ts";
import {
  imageInspectCommand,
  imagesCommand,
  pruneCommand,
  rmiCommand,
  tagCommand,
} from "./images.ts";
import type { CommandRow } from "./row.ts";
import { pullCommand, pushCommand } from "./transfer.ts";

const ROWS: readonly CommandRow[] = [
  imageInspectCommand,
  loadCommand,
  { ...imagesCommand, name: "ls" },
  pruneCommand,
  pullCommand,
  pushCommand,
  { ...rmiCommand, name: "rm" },
  saveCommand,
  tagCommand,
];

export const imageCommand: CommandRow = {
  name: "image",
  summary: "manage images",
  description: "What can be done with images.",
  define(context) {
    const parent = new Command().usage("COMMAND [OPTIONS] …");
    for (const row of ROWS) {
      const command = row.define(context).name(row.name);
      command
        .summary(row.summary)
        .description(row.description)
        .helpOption("-h, --help", "print this");
      parent.addCommand(command);
    }
    return parent;
  },
};
