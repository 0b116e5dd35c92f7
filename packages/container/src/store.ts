/** The containers below Kernelet's own folder. Any number of processes look and work here at the same time: see lock.ts of image. */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { signalNumber } from "@kernelet/abi";
import { type ImageStore, type StoredImage, StoreLock } from "@kernelet/image";
import { DEFAULT_CAPABILITIES } from "./capabilities.ts";
import {
  type ContainerConfig,
  type ContainerRequest,
  configFor,
  DEFAULT_LOG,
  type MountSpec,
  volumesOf,
} from "./config.ts";
import { Container } from "./container.ts";
import { ContainerError, fileError } from "./errors.ts";
import { containerEvent, containerEvents, EventFile } from "./events.ts";
import { madeUpName } from "./names.ts";
import { ContainerPaths } from "./paths.ts";
import { removeTree } from "./remove-tree.ts";
import { Volumes } from "./volumes.ts";

const ID = /^[0-9a-f]{64}$/;
const ID_BYTES = 32;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

export class ContainerStore {
  /** Kernelet's own folder. */
  readonly root: string;
  readonly volumes: Volumes;
  readonly events: EventFile;
  readonly #folder: string;
  readonly #tmp: string;
  readonly #lock: StoreLock;

  static open(root: string): ContainerStore {
    const folder = path.join(root, "containers");
    try {
      fs.mkdirSync(path.join(folder, "tmp"), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw fileError("opening", folder, error);
    }
    return new ContainerStore(root, folder);
  }

  private constructor(root: string, folder: string) {
    this.root = root;
    this.#folder = folder;
    this.#tmp = path.join(folder, "tmp");
    this.#lock = new StoreLock(path.join(folder, "lock"));
    this.events = new EventFile(path.join(folder, "events"));
    this.volumes = new Volumes({
      folder: path.join(root, "volumes"),
      tmp: this.#tmp,
      lock: this.#lock,
      users: (volume) => this.#usersOf(volume),
      note: (event) => this.events.add([event]),
    });
  }

  /** All, the oldest first. */
  list(): Container[] {
    const ids = fs.readdirSync(this.#folder).filter((name) => ID.test(name));
    const all = ids.flatMap((id) => this.#read(id) ?? []);
    return all.sort((a, b) => a.config.createdMs - b.config.createdMs);
  }

  #read(id: string): Container | undefined {
    const paths = new ContainerPaths(path.join(this.#folder, id));
    try {
      const text = fs.readFileSync(paths.config, "utf8");
      // An older version knew less.
      const older = { exposed: [], log: DEFAULT_LOG };
      const config: ContainerConfig = Object.assign(older, JSON.parse(text));
      return new Container(config, paths, this);
    } catch (error) {
      // Removed since it was listed.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw fileError("reading", paths.config, error);
    }
  }

  /** By name, or by the first digits of an id. @throws ContainerError */
  find(text: string): Container {
    const exact = ID.test(text) ? this.#read(text) : undefined;
    if (exact !== undefined) return exact;
    const all = this.list();
    const named = all.find(({ config }) => config.name === text);
    if (named !== undefined) return named;
    const begun = /^[0-9a-f]+$/.test(text) ? all.filter(({ id }) => id.startsWith(text)) : [];
    if (begun.length > 1) {
      throw new ContainerError("ambiguous", `several containers' ids begin with '${text}'`);
    }
    if (begun[0] !== undefined) return begun[0];
    throw new ContainerError(
      "no-such-container",
      `there is no container '${text}'; kernelet ps -a lists all`,
    );
  }

  /** Makes a container of an image of the store. Either it is there whole afterwards, or not at all. */
  async create(
    images: ImageStore,
    image: { readonly name: string; readonly stored: StoredImage },
    request: ContainerRequest,
  ): Promise<Container> {
    if (request.name !== undefined) checkName(request.name);
    await this.sweep();
    // The image's content must not go before we have our own names for it.
    return await images.using(async () => {
      const mountable = await images.mountable(image.stored);
      const files = { ...mountable, config: images.blobs.path(image.stored.id) };
      return await this.#lock.hold("alone", () => {
        const mounts = (request.mounts ?? []).map((mount) => this.#withVolume(mount));
        try {
          for (const mount of mounts) {
            if (mount.type !== "volume" || mount.isNotSeeded === true) continue;
            this.volumes.seed(mount.name, files.layers, mount.target);
          }
          return this.#make(image, files, { ...request, mounts });
        } catch (error) {
          this.volumes.dropAnonymous(volumesOf(mounts));
          throw error;
        }
      });
    });
  }

  #withVolume(mount: MountSpec): MountSpec {
    if (mount.type !== "volume") return mount;
    const { name } = this.volumes.ensure(mount.name === "" ? {} : { name: mount.name });
    return { ...mount, name };
  }

  #usersOf(volume: string): string[] {
    const users = this.list().filter(({ config }) => volumesOf(config.mounts).includes(volume));
    return users.map(({ config }) => config.name);
  }

  #make(
    image: { readonly name: string; readonly stored: StoredImage },
    files: {
      readonly tree: string;
      readonly layers: readonly string[];
      readonly config: string;
    },
    request: ContainerRequest,
  ): Container {
    const names = new Set(this.list().map(({ config }) => config.name));
    if (request.name !== undefined) this.#checkFree(request.name);
    const id = randomBytes(ID_BYTES).toString("hex");
    const name = request.name ?? madeUpName((candidate) => names.has(candidate));
    const { stored } = image;
    const stopSignal = stored.config.stopSignal;
    const config = configFor(request, {
      id,
      name,
      createdMs: Date.now(),
      image: { name: image.name, id: stored.id, layerCount: files.layers.length },
      imageConfig: stored.config,
      imageStopSignal: stopSignal === undefined ? undefined : signalNumber(stopSignal),
      defaultCapabilities: DEFAULT_CAPABILITIES,
    });
    if (config.argv?.length === 0) {
      const message = `image '${image.name}' says no command to run; put one after its name`;
      throw new ContainerError("bad-option", message);
    }
    const made = new ContainerPaths(path.join(this.#tmp, id));
    const paths = new ContainerPaths(path.join(this.#folder, id));
    try {
      fs.mkdirSync(made.image, { recursive: true, mode: 0o700 });
      keepFile(files.tree, made.tree);
      keepFile(files.config, made.imageConfig);
      for (const [i, layer] of files.layers.entries()) keepFile(layer, made.layer(i));
      fs.writeFileSync(made.config, JSON.stringify(config), { mode: 0o600 });
      fs.renameSync(made.folder, paths.folder);
    } catch (error) {
      fs.rmSync(made.folder, { recursive: true, force: true });
      throw fileError("making", paths.folder, error);
    }
    return new Container(config, paths, this);
  }

  #checkFree(name: string): void {
    const owner = this.list().find(({ config }) => config.name === name);
    if (owner === undefined) return;
    throw new ContainerError(
      "name-in-use",
      `the name '${name}' is container ${owner.shortId}'s; remove it (kernelet rm ${name}) or take another name`,
    );
  }

  async rename(container: Container, name: string): Promise<void> {
    checkName(name);
    await this.#lock.hold("alone", () => {
      this.#checkFree(name);
      const { config } = container.paths;
      const part = path.join(this.#tmp, `${container.id}.config`);
      fs.writeFileSync(part, JSON.stringify({ ...container.config, name }), { mode: 0o600 });
      fs.renameSync(part, config);
      const oldName = container.config.name;
      const renamed = { ...container.config, name };
      this.events.add([containerEvent(renamed, Date.now(), "rename", { oldName })]);
    });
  }

  /**
   * Takes away a container that does not run; whoever starts it at the same time finds it gone. With it go volumes without a
   * name, if that is asked for.
   */
  async remove(container: Container, withVolumes: boolean): Promise<void> {
    const going = path.join(this.#tmp, container.id);
    await this.#lock.hold("alone", () => {
      const lived = containerEvents(container);
      try {
        fs.renameSync(container.paths.folder, going);
        this.events.add([...lived, containerEvent(container.config, Date.now(), "destroy")]);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") {
          throw fileError("removing", container.paths.folder, error);
        }
      }
      fs.rmSync(going, { recursive: true, force: true });
      if (withVolumes) this.volumes.dropAnonymous(volumesOf(container.config.mounts));
    });
  }

  /** Removes what should be gone already: whose --rm nobody was left to see to, and what somebody who was killed left half done. */
  async sweep(): Promise<void> {
    for (const container of this.list()) {
      const { autoRemove, restart } = container.config;
      const { status, isStopRequested } = container.state();
      const mayComeBack = restart.name !== "no" && !isStopRequested;
      if (autoRemove && status === "exited" && !mayComeBack) await container.removeIfOver();
    }
    if (fs.readdirSync(this.#tmp).length === 0) return;
    await this.#lock.tryHold("alone", () => {
      for (const name of fs.readdirSync(this.#tmp)) {
        removeTree(path.join(this.#tmp, name));
      }
    });
  }
}

function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new ContainerError(
    "bad-name",
    `'${name}' is no container name: letters, digits and _ . - after the first`,
  );
}

/** A further name for a file of the image store; a copy where the file system has none. */
function keepFile(source: string, target: string): void {
  try {
    fs.linkSync(source, target);
  } catch (error) {
    if (
      !["EXDEV", "EPERM", "EMLINK", "ENOTSUP"].includes((error as NodeJS.ErrnoException).code ?? "")
    )
      throw error;
    fs.copyFileSync(source, target, fs.constants.COPYFILE_FICLONE);
  }
}
