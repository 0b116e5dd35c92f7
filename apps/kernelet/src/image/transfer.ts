/** `pull` and `push`. */
import { familiarName, parsePlatform, parseReference, pull, push } from "@kernelet/image";
import type { Io } from "../io.ts";
import { openStore, type RootOption, reporting } from "./context.ts";
import { startProgress } from "./progress.ts";

export interface TransferOptions extends RootOption {
  readonly platform?: string;
  readonly quiet?: true;
}

/** The name that was meant goes to stdout, as with docker(1). */
export async function runPull(io: Io, name: string, options: TransferOptions): Promise<void> {
  await reporting(async () => {
    const store = openStore(io, options);
    const platform =
      options.platform === undefined ? {} : { platform: parsePlatform(options.platform) };
    const reference = parseReference(name);
    const isSilent = options.quiet === true;
    if (!isSilent && reference.tag === "latest" && !name.endsWith(":latest")) {
      io.err("Using default tag: latest\n");
    }
    const progress = startProgress(io, isSilent);
    try {
      const pulled = await pull({
        store,
        name,
        env: io.env,
        onEvent: progress.onEvent,
        ...platform,
      });
      progress.end();
      if (!isSilent) {
        const what = pulled.isNew ? "Downloaded newer image for" : "Image is up to date for";
        io.err(`Digest: ${pulled.digest}\nStatus: ${what} ${familiarName(reference)}\n`);
      }
      io.out(`${pulled.name}\n`);
    } finally {
      progress.end();
    }
  });
}

export async function runPush(io: Io, name: string, options: TransferOptions): Promise<void> {
  await reporting(async () => {
    const store = openStore(io, options);
    const platform =
      options.platform === undefined ? {} : { platform: parsePlatform(options.platform) };
    const isSilent = options.quiet === true;
    const progress = startProgress(io, isSilent);
    try {
      const pushed = await push({
        store,
        name,
        env: io.env,
        onEvent: progress.onEvent,
        ...platform,
      });
      progress.end();
      if (!isSilent) {
        const tag = parseReference(name).tag ?? "";
        io.err(`${tag}: digest: ${pushed.digest} size: ${pushed.size}\n`);
      }
      io.out(`${pushed.name}\n`);
    } finally {
      progress.end();
    }
  });
}
