/** Commands about the files of containers. */
import { Command, Option } from "commander";
import type { CopyOptions } from "../container/copy.ts";
import type { RootOption } from "../image/context.ts";
import { rootOption } from "../options/root.ts";
import type { CommandRow } from "./row.ts";

export const cpCommand: CommandRow = {
  name: "cp",
  summary: "copy files between a container and this machine",
  description:
    "Copies a file or folder from a container or into one, whether it runs or not. SOURCE/. means what is in a folder; " +
    "- is a tar on standard output, or on standard input.",
  define: ({ io }) =>
    new Command()
      .usage("[OPTIONS] CONTAINER:SOURCE TARGET|- | SOURCE|- CONTAINER:TARGET")
      .argument("<source>", "path, or container:path")
      .argument("<target>", "path, or container:path")
      .addOption(new Option("-a, --archive", "with owner and group"))
      .addOption(new Option("-L, --follow-link", "what a link leads to, if the source is one"))
      .addOption(new Option("-q, --quiet", "nothing is printed anyway").hideHelp())
      .addOption(rootOption())
      .action(async (source: string, target: string, options: CopyOptions) => {
        const { runCopy } = await import("../container/copy.ts");
        await runCopy(io, source, target, options);
      }),
};

export const diffCommand: CommandRow = {
  name: "diff",
  summary: "list what was changed in a container",
  description:
    "Lists what was added (A), changed (C) and removed (D) in a container's root since it was made of its image.",
  define: ({ io }) =>
    new Command()
      .argument("<container>", "name, or the first digits of its id")
      .addOption(rootOption())
      .action(async (name: string, options: RootOption) => {
        const { runDiff } = await import("../container/diff.ts");
        await runDiff(io, name, options);
      }),
};
