/** `pull` and `push`. */
import {
  type EventListener,
  familiarName,
  type ImageStore,
  type Platform,
  parsePlatform,
  parseReference,
  pull,
  push,
} from "@kernelet/image";
import type { Io } from "../io.ts";
import { openStore, type RootOption, reporting } from "./context.ts";
import { startProgress } from "./progress.ts";

export interface TransferOptions extends RootOption {
  readonly platform?: string;
  readonly quiet?: true;
}

interface Transfer {
  readonly store: ImageStore;
  readonly name: string;
  readonly env: Io["env"];
  readonly onEvent: EventListener;
  readonly platform?: Platform;
}

/** The name that was meant goes to stdout, as with docker(1); what `describe` says of the result, to people. */
async function transfer<Result extends { readonly name: string }>(
  io: Io,
  name: string,
  options: TransferOptions,
  act: (what: Transfer) => Promise<Result>,
  describe: (result: Result) => string,
): Promise<void> {
  await reporting(async () => {
    const store = openStore(io, options);
    const platform =
      options.platform === undefined ? {} : { platform: parsePlatform(options.platform) };
    const isSilent = options.quiet === true;
    const progress = startProgress(io, isSilent);
    try {
      const { onEvent } = progress;
      const result = await act({ store, name, env: io.env, onEvent, ...platform });
      progress.end();
      if (!isSilent) io.err(`${describe(result)}\n`);
      io.out(`${result.name}\n`);
    } finally {
      progress.end();
    }
  });
}

export async function runPull(io: Io, name: string, options: TransferOptions): Promise<void> {
  const act = async (what: Transfer) => {
    const reference = parseReference(name);
    if (options.quiet !== true && reference.tag === "latest" && !name.endsWith(":latest")) {
      io.err("Using default tag: latest\n");
    }
    return await pull(what);
  };
  await transfer(io, name, options, act, ({ digest, isNew }) => {
    const what = isNew ? "Downloaded newer image for" : "Image is up to date for";
    return `Digest: ${digest}\nStatus: ${what} ${familiarName(parseReference(name))}`;
  });
}

export async function runPush(io: Io, name: string, options: TransferOptions): Promise<void> {
  await transfer(io, name, options, push, ({ digest, size }) => {
    return `${parseReference(name).tag ?? ""}: digest: ${digest} size: ${size}`;
  });
}
