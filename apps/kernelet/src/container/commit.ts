/** `commit`: an image of what a container is now. */
import { commitContainer } from "@kernelet/container";
import { openStore, type RootOption } from "../image/context.ts";
import type { Io } from "../io.ts";
import { parseInstruction } from "../options/instruction.ts";
import { openContainers, reporting } from "./context.ts";

export interface CommitOptions extends RootOption {
  readonly author?: string;
  readonly change?: readonly string[];
  readonly message?: string;
  readonly pause?: string;
}

export async function runCommit(
  io: Io,
  name: string,
  imageName: string | undefined,
  options: CommitOptions,
): Promise<void> {
  const changes = (options.change ?? []).map(parseInstruction);
  await reporting(async () => {
    const container = openContainers(io, options).find(name);
    const id = await commitContainer(container, {
      images: openStore(io, options),
      ...(imageName !== undefined && { name: imageName }),
      ...(options.author !== undefined && { author: options.author }),
      ...(options.message !== undefined && { comment: options.message }),
      isPausing: options.pause !== "false",
      change: (config) => changes.reduce((changed, change) => change(changed), config),
    });
    io.out(`${id}\n`);
  });
}
