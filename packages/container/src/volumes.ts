/**
 * Named volumes: folders that containers share, and that stay when they go.
 *
 *   volumes/<name>/volume.json   what it is, but for its name; one that was made by an older version has none
 *   volumes/<name>/_data         what is in it
 *
 * A volume is made elsewhere and renamed, so that it is whole or not there. Who makes or removes one has the lock under which
 * containers are made: one that a container is being made with cannot go.
 */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { StoreLock } from "@kernelet/image";
import { diskUse } from "./disk-use.ts";
import { ContainerError, fileError } from "./errors.ts";
import type { ContainerEvent } from "./events.ts";
import { removeTree } from "./remove-tree.ts";
import { seedFolder } from "./seed-volume.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const NAME_BYTES = 32;

interface VolumeFacts {
  readonly createdMs: number;
  readonly labels: Readonly<Record<string, string>>;
  /** It was given no name, and goes with the container that it was made for. */
  readonly isAnonymous: boolean;
}

export interface Volume extends VolumeFacts {
  readonly name: string;
  /** The folder with what is in it. */
  readonly folder: string;
}

export interface VolumeRequest {
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface VolumesParts {
  readonly folder: string;
  /** What is being made or removed is there meanwhile. */
  readonly tmp: string;
  readonly lock: StoreLock;
  /** Names of the containers that use a volume. */
  readonly users: (name: string) => readonly string[];
  readonly note: (event: ContainerEvent) => void;
}

export class Volumes {
  readonly #parts: VolumesParts;

  constructor(parts: VolumesParts) {
    this.#parts = parts;
  }

  static isName(text: string): boolean {
    return NAME.test(text);
  }

  #folder(name: string): string {
    return path.join(this.#parts.folder, name);
  }

  folderOf(name: string): string {
    return path.join(this.#folder(name), "_data");
  }

  list(): Volume[] {
    const { folder } = this.#parts;
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    return names.sort().flatMap((name) => this.#read(name) ?? []);
  }

  /** @throws ContainerError */
  find(name: string): Volume {
    const found = NAME.test(name) ? this.#read(name) : undefined;
    if (found !== undefined) return found;
    throw new ContainerError(
      "no-such-volume",
      `there is no volume '${name}'; kernelet volume ls lists all`,
    );
  }

  #read(name: string): Volume | undefined {
    const folder = this.folderOf(name);
    const stat = fs.statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    const unknown = { createdMs: stat.birthtimeMs, labels: {}, isAnonymous: false };
    return { ...unknown, ...this.#facts(name), name, folder };
  }

  #facts(name: string): Partial<VolumeFacts> {
    try {
      const text = fs.readFileSync(path.join(this.#folder(name), "volume.json"), "utf8");
      return JSON.parse(text) as VolumeFacts;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
      throw fileError("reading volume", this.#folder(name), error);
    }
  }

  /** Nothing happens to one that is there. @returns it. */
  async create(request: VolumeRequest): Promise<Volume> {
    return await this.#parts.lock.hold("alone", () => this.ensure(request));
  }

  /** Preconditions: the caller has the lock. */
  ensure({ name, labels = {} }: VolumeRequest): Volume {
    const used = name ?? randomBytes(NAME_BYTES).toString("hex");
    if (!NAME.test(used)) throw new ContainerError("bad-name", `'${used}' is no volume name`);
    const known = this.#read(used);
    if (known !== undefined) return known;
    const made = path.join(this.#parts.tmp, `volume-${used}`);
    const facts: VolumeFacts = { createdMs: Date.now(), labels, isAnonymous: name === undefined };
    try {
      fs.mkdirSync(path.join(made, "_data"), { recursive: true });
      fs.writeFileSync(path.join(made, "volume.json"), JSON.stringify(facts));
      fs.mkdirSync(this.#parts.folder, { recursive: true });
      fs.renameSync(made, this.#folder(used));
      this.#parts.note(volumeEvent(used, "create"));
    } catch (error) {
      fs.rmSync(made, { recursive: true, force: true });
      throw fileError("making volume", this.#folder(used), error);
    }
    return { ...facts, name: used, folder: this.folderOf(used) };
  }

  /**
   * An empty one gets what an image has where it is to be mounted: all of it or nothing. Preconditions: the caller has the lock.
   */
  seed(name: string, layers: readonly string[], target: string): void {
    const folder = this.folderOf(name);
    if (fs.readdirSync(folder).length > 0) return;
    const made = path.join(this.#parts.tmp, `seed-${name}`);
    try {
      removeTree(made);
      fs.mkdirSync(made);
      // An empty folder can be replaced.
      if (seedFolder(made, layers, target)) fs.renameSync(made, folder);
    } catch (error) {
      throw (error as NodeJS.ErrnoException).syscall === undefined
        ? error
        : fileError("filling volume", folder, error);
    } finally {
      removeTree(made);
    }
  }

  /** @throws ContainerError if a container uses it. */
  async remove(name: string): Promise<void> {
    await this.#parts.lock.hold("alone", () => {
      this.find(name);
      const users = this.#parts.users(name);
      if (users.length > 0) {
        throw new ContainerError("in-use", `volume ${name} is used by: ${users.join(", ")}`);
      }
      this.#take(name);
    });
  }

  isUsed(name: string): boolean {
    return this.#parts.users(name).length > 0;
  }

  /** Removes those that no container uses, of those that `isMeant`. @returns them, and the room that they took. */
  async prune(
    isMeant: (volume: Volume) => boolean,
  ): Promise<{ readonly removed: readonly Volume[]; readonly bytes: number }> {
    return await this.#parts.lock.hold("alone", () => {
      const removed = this.list().filter((volume) => isMeant(volume) && !this.isUsed(volume.name));
      let bytes = 0;
      for (const { name, folder } of removed) {
        bytes += diskUse(folder);
        this.#take(name);
      }
      return { removed, bytes };
    });
  }

  /** Those of them that had no name, and nobody else uses. Preconditions: the caller has the lock. */
  dropAnonymous(names: readonly string[]): void {
    for (const name of names) {
      if (this.#read(name)?.isAnonymous && !this.isUsed(name)) this.#take(name);
    }
  }

  /** Gone at once, whatever becomes of us while its files go. */
  #take(name: string): void {
    const going = path.join(this.#parts.tmp, `volume-${name}`);
    try {
      removeTree(going);
      fs.renameSync(this.#folder(name), going);
      this.#parts.note(volumeEvent(name, "destroy"));
      removeTree(going);
    } catch (error) {
      throw fileError("removing volume", this.#folder(name), error);
    }
  }
}

function volumeEvent(name: string, action: string): ContainerEvent {
  return { at: Date.now(), type: "volume", action, id: name, attributes: { driver: "local" } };
}
