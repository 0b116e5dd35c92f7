/** Writes the profile of a run into the person's file. */
import { closeSync, fstatSync, ftruncateSync, rmSync, writeFileSync } from "node:fs";
import type { ProfileData } from "@kernelet/sandbox";
import { CliError } from "../../errors.ts";
import type { ProfileFile, ProfileFormat } from "../../options/profile-file.ts";
import { create } from "../create-file.ts";
import { folded } from "./folded.ts";
import { page } from "./page.ts";

const FORMATS: Readonly<Record<ProfileFormat, (profile: ProfileData) => string>> = {
  page,
  json: (profile) => `${JSON.stringify(profile)}\n`,
  folded,
};

export class ProfileWriter {
  readonly #file: ProfileFile;
  readonly #fd: number;
  #isWritten = false;

  /** @throws CliError where the file cannot be written. */
  constructor(file: ProfileFile) {
    this.#file = file;
    this.#fd = create("--profile", file.path);
  }

  write(profile: ProfileData): void {
    const { path, format } = this.#file;
    try {
      writeFileSync(this.#fd, FORMATS[format](profile));
      this.#isWritten = true;
    } catch (error) {
      ftruncateSync(this.#fd);
      const message = `--profile: ${path}: cannot be written`;
      throw new CliError("bad-option", message, { cause: error });
    }
  }

  /** A run without a profile, as one that was killed, leaves no file. */
  close(): void {
    const isFile = fstatSync(this.#fd).isFile();
    closeSync(this.#fd);
    if (isFile && !this.#isWritten) rmSync(this.#file.path, { force: true });
  }
}
