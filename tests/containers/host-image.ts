/**
 * Images of programs of this machine's: each with its libraries, and what else it is told to need. They are what Debian's
 * packages are, and cost no download.
 */
import { join } from "node:path";
import { which } from "../e2e/needs.ts";
import type { ImageSpec } from "./store.ts";

const ROOT_SCRIPT = join(import.meta.dirname, "host-root.sh");

const BASE_PROGRAMS = ["bash", "sh", "cat", "echo", "ls", "sleep", "mkdir", "rm"];

export interface HostImageSpec {
  readonly name: string;
  readonly programs: readonly string[];
  /** Lines for bash, with `take` and `program`, run in the root. */
  readonly more?: string;
}

export function hostImage({ name, programs, more = "" }: HostImageSpec): ImageSpec {
  const all = [...BASE_PROGRAMS, ...programs];
  return {
    name,
    needed: all,
    script: `. '${ROOT_SCRIPT}'\nprogram ${all.map((one) => which(one) ?? one).join(" ")}\n${more}`,
  };
}
