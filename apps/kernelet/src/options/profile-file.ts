/** The value of --profile: a file, whose ending says what is put into it. */
import { extname } from "node:path";
import { CliError } from "../errors.ts";

export type ProfileFormat = "page" | "json" | "folded";

export interface ProfileFile {
  readonly path: string;
  readonly format: ProfileFormat;
}

export function parseProfileFile(text: string): ProfileFile {
  if (text === "" || text === "-") {
    const message = "--profile: wants the name of a file: the program has stdout for itself";
    throw new CliError("bad-option", message);
  }
  const ending = extname(text).toLowerCase();
  const format = ending === ".json" ? "json" : ending === ".folded" ? "folded" : "page";
  return { path: text, format };
}
