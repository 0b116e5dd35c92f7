/** Files that the person names for output. */
import { openSync } from "node:fs";
import { CliError } from "../errors.ts";

/** Makes it, or empties what is there: before anything runs, so that nothing has to be told at the end. */
export function create(option: string, path: string): number {
  try {
    return openSync(path, "w", 0o666);
  } catch (error) {
    throw new CliError("bad-option", `${option}: ${path}: cannot be written`, { cause: error });
  }
}
