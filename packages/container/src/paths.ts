/**
 * Where things are, below Kernelet's own folder:
 *
 *   containers/<id>/config.json     what it is: config.ts; never changes but for its name
 *   containers/<id>/journal         what has happened to it since it was started last: sandbox's detached/journal.ts
 *   containers/<id>/history         and before: history.ts
 *   containers/<id>/log             output of its program, as Docker's json-file; with log.1, log.2, … if it is long: log-files.ts
 *   containers/<id>/socket          where it listens while it runs
 *   containers/<id>/lock            who starts or removes it
 *   containers/<id>/image/          tree and layers: further names of the image store's files, so that they stay; and what
 *                                   was written in earlier runs, as further layers: layers.ts
 *   containers/tmp/                 what is being made or removed
 *   containers/events               what has happened to those that are gone, and to volumes: events.ts
 *   containers/lock                 who takes names or gives them back
 *   volumes/<name>/                 named volumes: volumes.ts
 */
import path from "node:path";

export class ContainerPaths {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  get config(): string {
    return path.join(this.folder, "config.json");
  }
  get journal(): string {
    return path.join(this.folder, "journal");
  }
  get history(): string {
    return path.join(this.folder, "history");
  }
  /** The first of `count`, as it is shown to people. */
  get log(): string {
    return this.logFile(0);
  }
  logFile(index: number): string {
    return path.join(this.folder, index === 0 ? "log" : `log.${index}`);
  }
  get socket(): string {
    return path.join(this.folder, "socket");
  }
  get lock(): string {
    return path.join(this.folder, "lock");
  }
  /** Whoever has it starts the container again when it ends. */
  get watcherLock(): string {
    return path.join(this.folder, "watcher.lock");
  }
  get image(): string {
    return path.join(this.folder, "image");
  }
  /** The image's configuration, as it came. */
  get imageConfig(): string {
    return path.join(this.image, "config.json");
  }
  get tree(): string {
    return path.join(this.image, "tree");
  }
  /** What the sandbox that runs writes at its end. */
  get newLayer(): string {
    return path.join(this.image, "new.tar");
  }
  /** What a sandbox that opens the files of a container that does not run writes at its end. */
  get copyLayer(): string {
    return path.join(this.image, "copy.tar");
  }
  /** What was written in earlier runs: layers.ts. */
  ownLayer(from: number, to: number): string {
    return path.join(this.image, from === to ? `own-${from}.tar` : `own-${from}-${to}.tar`);
  }
  layer(index: number): string {
    return path.join(this.image, `layer-${index}.tar`);
  }
}
