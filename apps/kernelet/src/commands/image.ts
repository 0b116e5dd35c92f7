/** `kernelet image …`: the commands about images under the names that docker(1) has for them there. */
import { loadCommand, saveCommand } from "./archive.ts";
import { group } from "./group.ts";
import {
  imageInspectCommand,
  imagesCommand,
  pruneCommand,
  rmiCommand,
  tagCommand,
} from "./images.ts";
import type { CommandRow } from "./row.ts";
import { pullCommand, pushCommand } from "./transfer.ts";

export const imageCommand: CommandRow = group({
  name: "image",
  summary: "manage images",
  description: "What can be done with images.",
  rows: [
    imageInspectCommand,
    loadCommand,
    { ...imagesCommand, name: "ls" },
    pruneCommand,
    pullCommand,
    pushCommand,
    { ...rmiCommand, name: "rm" },
    saveCommand,
    tagCommand,
  ],
});
