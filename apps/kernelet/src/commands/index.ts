/** The commands by name, in the order of help. What defines one is loaded when it is asked for: a start waits for each module. */
import type { CommandRow } from "./row.ts";

// biome-ignore format: one command per line.
const COMMANDS: Readonly<Record<string, () => Promise<CommandRow>>> = {
  run: async () => (await import("./run.ts")).runCommand,
  do: async () => (await import("./do.ts")).doCommand,
  attach: async () => (await import("./containers.ts")).attachCommand,
  cache: async () => (await import("./cache.ts")).cacheCommand,
  commit: async () => (await import("./containers.ts")).commitCommand,
  container: async () => (await import("./container.ts")).containerCommand,
  cp: async () => (await import("./container-files.ts")).cpCommand,
  create: async () => (await import("./run.ts")).createCommand,
  diff: async () => (await import("./container-files.ts")).diffCommand,
  doctor: async () => (await import("./doctor.ts")).doctorCommand,
  events: async () => (await import("./system.ts")).eventsCommand,
  exec: async () => (await import("./containers.ts")).execCommand,
  image: async () => (await import("./image.ts")).imageCommand,
  images: async () => (await import("./images.ts")).imagesCommand,
  inspect: async () => (await import("./images.ts")).inspectCommand,
  kill: async () => (await import("./containers.ts")).killCommand,
  load: async () => (await import("./archive.ts")).loadCommand,
  login: async () => (await import("./login.ts")).loginCommand,
  logout: async () => (await import("./login.ts")).logoutCommand,
  logs: async () => (await import("./containers.ts")).logsCommand,
  pause: async () => (await import("./containers.ts")).pauseCommand,
  port: async () => (await import("./containers.ts")).portCommand,
  ps: async () => (await import("./containers.ts")).psCommand,
  pull: async () => (await import("./transfer.ts")).pullCommand,
  push: async () => (await import("./transfer.ts")).pushCommand,
  rename: async () => (await import("./containers.ts")).renameCommand,
  restart: async () => (await import("./containers.ts")).restartCommand,
  rm: async () => (await import("./containers.ts")).rmCommand,
  rmi: async () => (await import("./images.ts")).rmiCommand,
  save: async () => (await import("./archive.ts")).saveCommand,
  start: async () => (await import("./containers.ts")).startCommand,
  stats: async () => (await import("./containers.ts")).statsCommand,
  stop: async () => (await import("./containers.ts")).stopCommand,
  system: async () => (await import("./system.ts")).systemCommand,
  tag: async () => (await import("./images.ts")).tagCommand,
  top: async () => (await import("./containers.ts")).topCommand,
  unpause: async () => (await import("./containers.ts")).unpauseCommand,
  version: async () => (await import("./version.ts")).versionCommand,
  volume: async () => (await import("./volume.ts")).volumeCommand,
  wait: async () => (await import("./containers.ts")).waitCommand,
};

/** The row of the command that `name` names; of all of them if it names none: help, an option, a slip of the pen. */
export async function rowsFor(name: string | undefined): Promise<readonly CommandRow[]> {
  const isOne = name !== undefined && Object.hasOwn(COMMANDS, name);
  const loaders = isOne ? [COMMANDS[name]] : Object.values(COMMANDS);
  return Promise.all(loaders.flatMap((load) => (load === undefined ? [] : [load()])));
}
