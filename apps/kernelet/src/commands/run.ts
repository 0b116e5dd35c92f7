/** `kernelet run` and `kernelet create`. What does the work is loaded only when it is asked for. */
import { Command, Option } from "commander";
import { type CreateOptions, createOptions } from "../options/create.ts";
import type { CommandRow } from "./row.ts";

const USAGE = "[OPTIONS] IMAGE [COMMAND] [ARGUMENT…]";

function command(): Command {
  const made = new Command()
    .usage(USAGE)
    .argument("<image>", "name, as busybox or example.com/app:1, or id")
    .argument("[command...]", "instead of the image's, untouched")
    .passThroughOptions();
  for (const option of createOptions()) made.addOption(option);
  return made;
}

export const runCommand: CommandRow = {
  name: "run",
  summary: "make a container of an image and start it",
  description:
    "Makes a container of an image and runs a command in it, in a sandbox with a kernel of its own. The image is pulled " +
    "if it is not here.",
  helpFlags: "--help",
  define: ({ io, finish }) =>
    command()
      .addOption(new Option("-d, --detach", "leave it running and print its id"))
      .addOption(
        new Option("--detach-keys <keys>", "leave its terminal; ctrl-p,ctrl-q unless given"),
      )
      .addOption(
        new Option("--sig-proxy <boolean>", "pass signals on")
          .choices(["true", "false"])
          .hideHelp(),
      )
      .action(async (image: string, words: string[], options: CreateOptions) => {
        const { runRun } = await import("../container/run.ts");
        finish(await runRun(io, image, words, options));
      }),
};

export const createCommand: CommandRow = {
  name: "create",
  summary: "make a container of an image",
  description: "Makes a container of an image, to be started by kernelet start, and prints its id.",
  helpFlags: "--help",
  define: ({ io }) =>
    command().action(async (image: string, words: string[], options: CreateOptions) => {
      const { runCreate } = await import("../container/run.ts");
      await runCreate(io, image, words, options);
    }),
};
