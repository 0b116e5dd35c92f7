/** `start`, `stop`, `restart`, `kill`, `rm`, `wait`, `pause`, `unpause`, `rename`: what is done to several containers, one after the other. */
import { SIGKILL } from "@kernelet/abi";
import type { Container, ContainerStore } from "@kernelet/container";
import { badOption, EXIT_FAILED } from "../errors.ts";
import type { RootOption } from "../image/context.ts";
import type { Io } from "../io.ts";
import { parseSeconds } from "../options/seconds.ts";
import { parseSignal } from "../options/signal.ts";
import { openContainers, reporting } from "./context.ts";
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from "./detach-keys.ts";
import { forEach } from "./for-each.ts";
import { foreground } from "./foreground.ts";
import { startDetached } from "./run.ts";

async function each(
  io: Io,
  names: readonly string[],
  options: RootOption,
  work: (container: Container, name: string) => Promise<void>,
): Promise<void> {
  const store = openContainers(io, options);
  await store.sweep();
  await forEach(io, names, (name) => work(store.find(name), name));
}

/** The same, and says the name of each that it was done to, as docker(1) does. */
async function eachNamed(
  io: Io,
  names: readonly string[],
  options: RootOption,
  work: (container: Container) => Promise<void>,
): Promise<void> {
  await each(io, names, options, async (container, name) => {
    await work(container);
    io.out(`${name}\n`);
  });
}

export interface StartOptions extends RootOption {
  readonly attach?: true;
  readonly interactive?: true;
  readonly detachKeys?: string;
}

/** @returns the exit code. */
export async function runStart(
  io: Io,
  names: readonly string[],
  options: StartOptions,
): Promise<number> {
  const [first] = names;
  const isAttached = options.attach === true || options.interactive === true;
  if (isAttached && first !== undefined) {
    if (names.length > 1) throw badOption("-a", "only one container at a time");
    return await reporting(async () => {
      const container = openContainers(io, options).find(first);
      const { isInputOpen } = container.config;
      return await foreground(container, {
        io,
        hasInput: options.interactive === true && isInputOpen,
        isProxying: true,
        detachKeys: parseDetachKeys(options.detachKeys ?? DEFAULT_DETACH_KEYS),
      });
    }, EXIT_FAILED);
  }
  await eachNamed(io, names, options, async (container) => {
    // As docker(1): it runs, which is what was asked for.
    if (!container.isActive) await startDetached(container, io);
  });
  return 0;
}

export interface StopOptions extends RootOption {
  readonly time?: string;
  readonly signal?: string;
}

export async function runStop(
  io: Io,
  names: readonly string[],
  options: StopOptions,
): Promise<void> {
  await eachNamed(io, names, options, stopping(options));
}

export async function runRestart(
  io: Io,
  names: readonly string[],
  options: StopOptions,
): Promise<void> {
  const stop = stopping(options);
  await eachNamed(io, names, options, async (container) => {
    await stop(container);
    await startDetached(container, io);
  });
}

function stopping({ time, signal }: StopOptions): (container: Container) => Promise<void> {
  const seconds = time === undefined ? undefined : parseSeconds("-t", time);
  const signo = signal === undefined ? undefined : parseSignal("-s", signal);
  return (container) => container.stop(seconds, signo);
}

export async function runKill(
  io: Io,
  names: readonly string[],
  options: RootOption & { readonly signal?: string },
): Promise<void> {
  const signo = options.signal === undefined ? SIGKILL : parseSignal("-s", options.signal);
  await eachNamed(io, names, options, async (container) => {
    await container.kill(signo);
    if (signo === SIGKILL) await container.ended();
  });
}

export interface RemoveOptions extends RootOption {
  readonly force?: true;
  readonly volumes?: true;
}

export async function runRemove(
  io: Io,
  names: readonly string[],
  options: RemoveOptions,
): Promise<void> {
  const isForced = options.force === true;
  const known = isForced
    ? names.filter((name) => isThere(openContainers(io, options), name))
    : names;
  await eachNamed(io, known, options, async (container) => {
    if (isForced) await container.destroy();
    await container.remove({ withVolumes: options.volumes === true });
  });
}

function isThere(store: ContainerStore, name: string): boolean {
  try {
    store.find(name);
    return true;
  } catch {
    return false;
  }
}

export async function runWait(
  io: Io,
  names: readonly string[],
  options: RootOption,
): Promise<void> {
  await each(io, names, options, async (container) => {
    const { exitCode } = await container.ended();
    io.out(`${exitCode}\n`);
  });
}

export async function runPause(
  io: Io,
  names: readonly string[],
  options: RootOption,
): Promise<void> {
  await eachNamed(io, names, options, (container) => container.pause());
}

export async function runUnpause(
  io: Io,
  names: readonly string[],
  options: RootOption,
): Promise<void> {
  await eachNamed(io, names, options, (container) => container.resume());
}

export async function runRename(
  io: Io,
  name: string,
  wanted: string,
  options: RootOption,
): Promise<void> {
  await each(io, [name], options, async (container) => {
    await container.store.rename(container, wanted);
  });
}
