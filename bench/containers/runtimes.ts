/** Containers natively, by runc, podman and gVisor, and by us: all of the same files. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once as happened } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { buildFolder, kernelet as kerneletPeer, LAUNCHER } from "../peers.ts";
import { pidsNaming } from "../processes.ts";
import { BadRun } from "../sample.ts";
import { ociConfig } from "./oci-config.ts";
import type { Runtime } from "./runtime.ts";

/** Reading a gigabyte into a store, on a busy machine. */
const CALL_MS = 600_000;

const newName = (): string => `bench-${randomBytes(6).toString("hex")}`;

/** Only another root: no namespaces, no limits. */
const native: Runtime = {
  name: "native",
  program: "chroot",
  install: () => {},
  run: ({ root }, argv) => ["chroot", root, ...argv],
  start: async ({ root }, argv) => {
    const child = spawn("chroot", [root, ...argv], { stdio: "ignore", detached: true });
    await happened(child, "spawn");
    return {
      exec: (other) => ["chroot", root, ...other],
      pids: () => [child.pid as number],
      remove: () => endGroup(child),
    };
  },
};

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = happened(child, "exit");
  process.kill(-(child.pid as number), "SIGKILL");
  await end;
}

/** A program with runc's command line. Its containers have the host's network. */
function ociRuntime(name: string, options: readonly string[] = []): Runtime {
  const bundles = join(buildFolder(), "bundles", name);
  const command = [name, "--root", join(buildFolder(), `${name}-state`), ...options];
  const makeBundle = (root: string, argv: readonly string[], id: string): string => {
    const folder = join(bundles, id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "config.json"), JSON.stringify(ociConfig(root, argv)));
    return folder;
  };
  return {
    name,
    program: name,
    install: () => rmSync(bundles, { recursive: true, force: true }),
    run: ({ root }, argv) => {
      const id = newName();
      return [...command, "run", "--bundle", makeBundle(root, argv, id), id];
    },
    start: async ({ root }, argv) => {
      const id = newName();
      const folder = makeBundle(root, argv, id);
      call([...command, "run", "--detach", "--bundle", folder, id]);
      return {
        exec: (other) => [...command, "exec", id, ...other],
        pids: () => [...pidsNaming(id), JSON.parse(ask([...command, "state", id])).pid],
        remove: async () => {
          call([...command, "delete", "--force", id]);
          rmSync(folder, { recursive: true });
        },
      };
    },
  };
}

/**
 * The limits are there because podman's own are higher than those of its caller may be, which only CAP_SYS_RESOURCE allows.
 * Removed at once, not after ten seconds of asking a pid 1 that hears no SIGTERM.
 */
const PODMAN_LIMITS = ["--ulimit=nofile=1024:1024", "--ulimit=nproc=1024:1024"];

const podman: Runtime = commandLine({
  name: "podman",
  command: [
    "podman",
    ...["--root", join(buildFolder(), "podman"), "--runroot", join(buildFolder(), "podman-run")],
  ],
  runOptions: PODMAN_LIMITS,
  removeOptions: ["--force", "--time=0"],
  pidsOf: (name) => pidsNaming(name),
});

const kernelet: Runtime = commandLine({
  name: "kernelet",
  command: [process.execPath, LAUNCHER],
  env: { ...kerneletPeer.env, KERNELET_ROOT: join(buildFolder(), "kernelet-root") },
  removeOptions: ["--force"],
  pidsOf: (_, inspected) => [inspected.State.Pid],
});

interface CommandLineSpec {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly runOptions?: readonly string[];
  readonly removeOptions: readonly string[];
  readonly pidsOf: (name: string, inspected: Inspected) => readonly number[];
}

interface Inspected {
  readonly State: { readonly Pid: number };
}

/** A program with docker's command line, and a store of its own. */
function commandLine(spec: CommandLineSpec): Runtime {
  const { name: runtime, command, env = {}, runOptions = [] } = spec;
  return {
    name: runtime,
    program: command[0] as string,
    env,
    install: ({ name, archive }) => {
      if (tries([...command, "image", "inspect", `bench/${name}`], env)) return;
      const loaded = ask([...command, "load", "--quiet", "--input", archive], env);
      const id = /^Loaded image(?: ID)?: (\S+)$/m.exec(loaded)?.[1];
      if (id === undefined) throw new BadRun(`${runtime} load printed ${loaded}`);
      call([...command, "tag", id, `bench/${name}`], env);
    },
    run: ({ name }, argv) => [...command, "run", "--rm", ...runOptions, `bench/${name}`, ...argv],
    start: async (image, argv, port) => {
      const name = newName();
      const published = port === undefined ? [] : ["-p", `127.0.0.1:${port}:${port}`];
      const options = ["--detach", "--name", name, ...published, ...runOptions];
      call([...command, "run", ...options, `bench/${image.name}`, ...argv], env);
      return {
        exec: (other) => [...command, "exec", name, ...other],
        pids: () => {
          const [inspected] = JSON.parse(ask([...command, "inspect", name], env)) as [Inspected];
          return spec.pidsOf(name, inspected);
        },
        remove: async () => call([...command, "rm", ...spec.removeOptions, name], env),
      };
    },
  };
}

type Environment = Readonly<Record<string, string>>;

/** Not through a pipe: what was started in the background would hold it open. */
function call(argv: readonly string[], env: Environment = {}): void {
  if (!tries(argv, env)) throw new BadRun(`${argv.join(" ")} failed`);
}

function tries([program, ...args]: readonly string[], env: Environment): boolean {
  const options = { env: { ...process.env, ...env }, timeout: CALL_MS } as const;
  return spawnSync(program as string, args, { ...options, stdio: "ignore" }).status === 0;
}

function ask([program, ...args]: readonly string[], env: Environment = {}): string {
  const { status, stdout, stderr } = spawnSync(program as string, args, {
    ...{ env: { ...process.env, ...env }, timeout: CALL_MS, encoding: "utf8" },
    maxBuffer: 1 << 24,
  });
  if (status === 0) return stdout;
  throw new BadRun(`${program} ${args.join(" ")}: ${stderr.trim().split("\n").at(-1)}`);
}

/** ptrace is the one platform of gVisor's that needs no KVM; its network is the host's, which is its quicker one. */
const runsc: Runtime = ociRuntime("runsc", [
  ...["--platform=ptrace", "--network=host", "--ignore-cgroups"],
]);

export const RUNTIMES: readonly Runtime[] = [native, ociRuntime("runc"), podman, runsc, kernelet];
