/** `save` and `load`. */
import { createWriteStream, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import process from "node:process";
import { load, save } from "@kernelet/image";
import { badOption, CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { openStore, type RootOption, reporting } from "./context.ts";
import { shownName } from "./list.ts";
import { startProgress } from "./progress.ts";

export interface SaveOptions extends RootOption {
  readonly output?: string;
}

export async function runSave(
  io: Io,
  names: readonly string[],
  options: SaveOptions,
): Promise<void> {
  await reporting(async () => {
    const store = openStore(io, options);
    if (options.output === undefined) {
      if (process.stdout.isTTY === true)
        throw badOption("-o", "an archive does not go to a terminal");
      await save({ store, names, output: process.stdout });
      return;
    }
    const target = resolve(io.cwd(), options.output);
    const temporary = `${target}.${process.pid}.part`;
    try {
      await save({ store, names, output: createWriteStream(temporary, { flags: "wx" }) });
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (!/^E[A-Z]+$/.test(code)) throw error;
      const why = code === "ENOSPC" ? "no space left on the disk" : "cannot be written";
      throw new CliError("bad-option", `-o: ${options.output}: ${why}`, {
        exitCode: 1,
        cause: error,
      });
    }
  });
}

export interface LoadOptions extends RootOption {
  readonly input?: string;
  readonly quiet?: true;
}

export async function runLoad(io: Io, options: LoadOptions): Promise<void> {
  await reporting(async () => {
    const store = openStore(io, options);
    if (options.input === undefined && process.stdin.isTTY === true) {
      throw badOption("-i", "name an archive or a folder, or send an archive to standard input");
    }
    const input = options.input === undefined ? process.stdin : resolve(io.cwd(), options.input);
    const progress = startProgress(io, options.quiet === true);
    try {
      const loaded = await load({ store, input, onEvent: progress.onEvent });
      progress.end();
      for (const { name, image } of loaded) {
        io.out(
          name === undefined
            ? `Loaded image ID: ${image.id}\n`
            : `Loaded image: ${shownName(name)}\n`,
        );
      }
    } finally {
      progress.end();
    }
  });
}
