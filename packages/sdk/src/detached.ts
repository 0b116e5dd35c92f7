/**
 * Sandboxes that outlive the program that made them: containers without a program of their own, in Kernelet's own folder,
 * where the command line and other programs find them, too.
 */
import {
  type Container,
  ContainerError,
  ContainerStore,
  type MountSpec,
} from "@kernelet/container";
import { defaultRoot } from "@kernelet/image";
import { type Connection, type Outcome, openCacheFolder } from "@kernelet/sandbox";
import { InvalidArgumentError, StartFailedError } from "./errors.ts";
import type { ExecDefaults } from "./exec-options.ts";
import { imageOf, openImageStore } from "./image.ts";
import { networkRequest } from "./network.ts";
import { type CreateOptions, environmentOf, memoryOf, volume } from "./options.ts";
import type { PreparedSecrets } from "./secrets/secrets.ts";

/** What the SDK needs of a sandbox, whoever made it. */
export interface Handle extends Pick<Connection, "run" | "ask" | "subscribe" | "closed" | "close"> {
  readonly pid: number | undefined;
  readonly outcome: Promise<Outcome>;
  stop(): void;
  kill(): void;
}

export interface Found {
  readonly id: string;
  readonly name: string;
  readonly defaults: ExecDefaults;
  readonly handle: Handle;
  readonly isDetached: boolean;
  readonly isPaused: boolean;
}

/** Where to look. */
export interface RootOption {
  /** Kernelet's own folder. Default: KERNELET_ROOT, or below the person's data folder. */
  readonly root?: string;
}

export async function createDetached(
  options: CreateOptions,
  secrets: PreparedSecrets | null,
): Promise<Found> {
  if (!("image" in options)) {
    throw new InvalidArgumentError(
      "detached",
      "needs an image: a folder may change or go meanwhile",
    );
  }
  const images = openImageStore(options);
  const stored = await imageOf(images, options);
  const variables = environmentOf(stored.config.env, options.env, secrets);
  const env = [...variables].map(([name, value]) => `${name}=${value}`);
  const mounts = (options.mounts ?? []).map((mount): MountSpec => {
    const { path: source, target, writable } = volume(mount);
    return { type: "bind", source, target, writable };
  });
  const store = containers(options);
  let container: Container;
  try {
    container = await store.create(
      images,
      { name: options.image, stored },
      {
        ...{
          isIdle: true,
          autoRemove: true,
          network: networkRequest(options.network),
          env,
          mounts,
          memoryLimit: memoryOf(options),
        },
        ...(options.name !== undefined && { name: options.name }),
        ...(options.hostname !== undefined && { hostname: options.hostname }),
        ...(options.cwd !== undefined && { cwd: options.cwd }),
        ...(options.user !== undefined && { user: options.user }),
        ...(options.pidsLimit !== undefined && { taskLimit: options.pidsLimit }),
      },
    );
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    throw new InvalidArgumentError("name", error.message);
  }
  const cacheFolder = openCacheFolder(process.env);
  try {
    const { sandbox } = await container.start({
      ...(cacheFolder !== undefined && { cacheFolder }),
      ...(options.onLog !== undefined && { onLog: options.onLog }),
    });
    sandbox.close();
    return await join(container);
  } catch (error) {
    await container.removeIfOver();
    throw new StartFailedError((error as Error).message, error);
  }
}

/** @returns undefined if there is none that runs. */
export async function findDetached(text: string, options: RootOption): Promise<Found | undefined> {
  const found = running(containers(options)).find(
    ({ id, config }) => config.name === text || id === text || id.slice(0, 12) === text,
  );
  return found === undefined ? undefined : await joinIfRunning(found);
}

/** The oldest first. */
export async function listDetached(options: RootOption): Promise<Found[]> {
  const joined = await Promise.all(running(containers(options)).map(joinIfRunning));
  return joined.filter((found) => found !== undefined);
}

function containers({ root }: RootOption): ContainerStore {
  return ContainerStore.open(root ?? defaultRoot(process.env));
}

function running(store: ContainerStore): Container[] {
  return store.list().filter(({ isActive }) => isActive);
}

async function joinIfRunning(container: Container): Promise<Found | undefined> {
  try {
    return await join(container);
  } catch (error) {
    if (error instanceof ContainerError) return undefined; // It has ended meanwhile.
    throw error;
  }
}

async function join(container: Container): Promise<Found> {
  const { id, config } = container;
  const connection = await container.connect();
  const outcome = connection.outcome.then(async (ended) => {
    if (config.autoRemove && !container.isActive) await container.removeIfOver();
    return ended;
  });
  const variables = config.env.map((text) => {
    const equals = text.indexOf("=");
    return [text.slice(0, equals), text.slice(equals + 1)] as const;
  });
  return {
    id,
    name: config.name,
    defaults: { cwd: config.cwd, user: config.user, env: new Map(variables) },
    isDetached: true,
    isPaused: container.state().status === "paused",
    handle: {
      closed: connection.closed,
      subscribe: connection.subscribe,
      run: connection.run,
      ask: connection.ask,
      close: connection.close,
      outcome,
      pid: container.state().pid ?? undefined,
      // Its end says how that went.
      stop: () => void container.stop().catch(() => {}),
      kill: () => void container.destroy().catch(() => {}),
    },
  };
}
