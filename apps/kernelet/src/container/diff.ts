/** `diff`: what was changed in a container since it was made. */
import { diffContainer } from "@kernelet/container";
import type { RootOption } from "../image/context.ts";
import type { Io } from "../io.ts";
import { openContainers, reporting } from "./context.ts";

const LETTERS = { added: "A", changed: "C", removed: "D" } as const;

export async function runDiff(io: Io, name: string, options: RootOption): Promise<void> {
  await reporting(async () => {
    const changes = await diffContainer(openContainers(io, options).find(name));
    io.out(changes.map(({ path, kind }) => `${LETTERS[kind]} ${path}\n`).join(""));
  });
}
