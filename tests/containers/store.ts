/** A store with one image; unless another is asked for "bb": the static busybox, a user, and a program to start. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, type TestContext } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { needHost, which } from "../e2e/needs.ts";
import { kernelet, type Outcome, type RunOptions } from "../e2e/run.ts";
import { buildLayout, shell } from "../images/build.ts";

const ROOT = `
mkdir -p bin etc tmp root home/user
cp "$(command -v busybox)" bin/busybox
for name in sh cat echo id ls mkdir rm sleep stat stty test truncate tty ln mv chmod touch true yes head wc env hostname mount; do ln -s busybox bin/$name; done
echo root:x:0:0:root:/root:/bin/sh > etc/passwd; echo user:x:1000:1000::/home/user:/bin/sh >> etc/passwd
echo root:x:0: > etc/group
echo image > etc/kept; echo image > etc/gone
chmod 1777 tmp; chown 1000:1000 home/user 2>/dev/null || true
`;

export interface ImageSpec {
  readonly name: string;
  /** Programs of this machine's that it is made with or of. */
  readonly needed: readonly string[];
  /** Lines for bash that fill the working folder. */
  readonly script: string;
}

const BUSYBOX: ImageSpec = { name: "bb", needed: ["busybox"], script: ROOT };

export interface Store {
  /** A folder of the tests' own. */
  readonly folder: string;
  readonly root: string;
  /** `kernelet ARGS` with this store. */
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Skips the test where the image could not be made. */
  need(context: TestContext): void;
}

/** For a file of tests: made before them, and with all its containers gone after them. */
export function useStore(image: ImageSpec = BUSYBOX): Store {
  const folder = useFolder();
  const needed = ["umoci", ...image.needed];
  const isPossible = needed.every((name) => which(name) !== undefined);
  const store: Store = {
    get folder() {
      return folder.path;
    },
    get root() {
      return join(folder.path, "root");
    },
    run: (args, options = {}) =>
      kernelet(args, { ...options, env: { KERNELET_ROOT: store.root, ...options.env } }),
    need: (context) => needHost(context, ...needed),
  };
  beforeAll(async () => {
    if (!isPossible) return;
    const layout = join(folder.path, "oci");
    mkdirSync(store.root, { recursive: true });
    await buildLayout(layout, [image.script], folder.path);
    await shell(`tar -C ${layout} -cf ${folder.path}/bb.tar .`, folder.path);
    await store.run(["load", "-q", "-i", join(folder.path, "bb.tar")]);
    const { stdout } = await store.run(["images", "-q"]);
    await store.run(["tag", stdout.trim(), image.name]);
  }, 120_000);
  afterAll(async () => {
    if (!isPossible) return;
    const { stdout } = await store.run(["ps", "-aq"]);
    const ids = stdout.split("\n").filter((id) => id !== "");
    if (ids.length > 0) await store.run(["rm", "-f", ...ids]);
  }, 60_000);
  return store;
}
