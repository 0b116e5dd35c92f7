/** `kernelet pull` and `kernelet push`. What does the work is loaded only when it is asked for: other commands start without. */
import { Command, Option } from "commander";
import type { TransferOptions } from "../image/transfer.ts";
import { rootOption } from "../options/root.ts";
import type { CommandRow } from "./row.ts";

function command(): Command {
  return new Command()
    .argument("<name>", "image, as busybox, busybox:1.36, example.com/app@sha256:…")
    .addOption(new Option("--platform <os/arch[/variant]>", "which of several, as linux/amd64"))
    .addOption(new Option("-q, --quiet", "show no progress"))
    .addOption(rootOption());
}

export const pullCommand: CommandRow = {
  name: "pull",
  summary: "bring an image from a registry",
  description:
    "Brings an image from a registry into the store. Credentials are those of docker login and podman login; " +
    "mirrors and registries without TLS are in ~/.config/kernelet/registries.json.",
  define: ({ io }) =>
    command().action(async (name: string, options: TransferOptions) => {
      const { runPull } = await import("../image/transfer.ts");
      await runPull(io, name, options);
    }),
};

export const pushCommand: CommandRow = {
  name: "push",
  summary: "bring an image to a registry",
  description: "Brings an image of the store to the registry that its name says.",
  define: ({ io }) =>
    command().action(async (name: string, options: TransferOptions) => {
      const { runPush } = await import("../image/transfer.ts");
      await runPush(io, name, options);
    }),
};
