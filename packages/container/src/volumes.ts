/** Named volumes: folders that containers share, and that stay when they go. */
import fs from "node:fs";
import path from "node:path";
import { ContainerError, fileError } from "./errors.ts";

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

export interface Volume {
  readonly name: string;
  readonly createdMs: number;
  /** The folder with what is in it. */
  readonly folder: string;
}

export class Volumes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  static isName(text: string): boolean {
    return NAME.test(text);
  }

  folderOf(name: string): string {
    return path.join(this.#folder, name, "_data");
  }

  list(): Volume[] {
    const names = fs.existsSync(this.#folder) ? fs.readdirSync(this.#folder) : [];
    return names.sort().flatMap((name) => {
      const folder = this.folderOf(name);
      const stat = fs.statSync(folder, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ name, createdMs: stat.birthtimeMs, folder }];
    });
  }

  /** Made if it is not there. */
  ensure(name: string): void {
    if (!NAME.test(name)) throw new ContainerError("bad-name", `'${name}' is no volume name`);
    const folder = this.folderOf(name);
    try {
      fs.mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw fileError("making volume", folder, error);
    }
  }

  remove(name: string): void {
    if (!NAME.test(name) || !fs.existsSync(this.folderOf(name))) {
      throw new ContainerError("no-such-volume", `there is no volume '${name}'`);
    }
    fs.rmSync(path.join(this.#folder, name), { recursive: true });
  }
}
