/** `kernelet save` and `kernelet load`. */
import { Command, Option } from "commander";
import type { LoadOptions, SaveOptions } from "../image/archive.ts";
import { rootOption } from "../options/root.ts";
import type { CommandRow } from "./row.ts";

export const saveCommand: CommandRow = {
  name: "save",
  summary: "write images to an archive",
  description:
    "Writes images to a tar that is an OCI layout and an archive of docker save at once: Docker, Podman, skopeo " +
    "and others can load it.",
  define: ({ io }) =>
    new Command()
      .argument("<image...>", "names or ids")
      .addOption(new Option("-o, --output <file>", "else standard output"))
      .addOption(rootOption())
      .action(async (names: string[], options: SaveOptions) => {
        const { runSave } = await import("../image/archive.ts");
        await runSave(io, names, options);
      }),
};

export const loadCommand: CommandRow = {
  name: "load",
  summary: "read images from an archive or folder",
  description:
    "Reads images from an archive of docker save, or an OCI layout as a tar or a folder; tars may be compressed " +
    "with gzip or zstd.",
  define: ({ io }) =>
    new Command()
      .addOption(new Option("-i, --input <file>", "else standard input"))
      .addOption(new Option("-q, --quiet", "show no progress"))
      .addOption(rootOption())
      .action(async (options: LoadOptions) => {
        const { runLoad } = await import("../image/archive.ts");
        await runLoad(io, options);
      }),
};
