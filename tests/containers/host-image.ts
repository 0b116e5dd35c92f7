/**
 * Images of programs of this machine's: each with its libraries, and what else it is told to need. They are what Debian's
 * packages are, and cost no download.
 */
import { which } from "../e2e/needs.ts";
import type { ImageSpec } from "./store.ts";

/** Functions for the scripts that fill a root, the working folder. */
const FUNCTIONS = `
take() { # files and folders, by absolute path; what a link leads to
  for path; do [ -e ".$path" ] || { mkdir -p ".\${path%/*}"; cp -rL "$path" ".$path"; }; done
}
program() {
  for name; do
    path=$(command -v "$name"); take "$path"
    take $(ldd "$path" | grep -o '/[^ ]*' || true)
  done
}
`;

/** What every root has. */
const BASE = `
for name in bin sbin lib lib64; do
  if [ -L /$name ]; then mkdir -p usr/$name; ln -s usr/$name $name; fi
done
mkdir -p etc root tmp run var/log; chmod 1777 tmp
echo root:x:0:0:root:/root:/bin/bash > etc/passwd; echo nobody:x:65534:65534::/:/bin/false >> etc/passwd
echo root:x:0: > etc/group; echo nogroup:x:65534: >> etc/group
`;

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
    script: `${FUNCTIONS}${BASE}program ${all.map((one) => which(one) ?? one).join(" ")}\n${more}`,
  };
}
