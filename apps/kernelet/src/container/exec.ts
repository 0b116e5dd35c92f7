/** `exec` and `attach`: a further program in a running container, or its first one's streams. */
import process from "node:process";
import { type Container, ContainerError } from "@kernelet/container";
import type { ProgramSpec, StdioSpec } from "@kernelet/sandbox";
import { Terminal } from "../do/terminal.ts";
import { badOption, EXIT_FAILED, EXIT_SIGNALLED } from "../errors.ts";
import type { RootOption } from "../image/context.ts";
import type { Io } from "../io.ts";
import { namedEnvironment } from "../options/environment.ts";
import { openContainers, reporting } from "./context.ts";
import { DEFAULT_DETACH_KEYS, parseDetachKeys } from "./detach-keys.ts";
import { stay } from "./foreground.ts";
import { Streams } from "./streams.ts";

export interface ExecOptions extends RootOption {
  readonly detach?: true;
  readonly interactive?: true;
  readonly tty?: true;
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
}

const SIGPIPE_CODE = EXIT_SIGNALLED + 13;

/** @returns the exit code. */
export async function runExec(
  io: Io,
  name: string,
  argv: readonly string[],
  options: ExecOptions,
): Promise<number> {
  const isTty = options.tty === true;
  const hasInput = options.interactive === true;
  if (isTty && hasInput && options.detach !== true && !process.stdin.isTTY) {
    throw badOption("-t", "standard input is no terminal; leave -t out");
  }
  return await reporting(async () => {
    const container = openContainers(io, options).find(name);
    refusePaused(container);
    const program = programOf(container, io, argv, options);
    if (options.detach === true) {
      await container.using((connection) => connection.leave(program));
      return 0;
    }
    return await container.using(async (connection) => {
      const { size } = new Terminal();
      const stdio: StdioSpec = isTty
        ? { kind: "terminal", ...(size ?? { columns: 80, rows: 24 }) }
        : { kind: "streams", hasInput };
      const guest = await connection.run(program, stdio);
      const streams = new Streams(guest, {
        isTty,
        hasInput,
        detachKeys: new Uint8Array(0),
        missed: () => {},
      });
      if ((await streams.run()) === "unread") return SIGPIPE_CODE;
      return exitCodeOf(await guest.ended);
    });
  }, EXIT_FAILED);
}

function exitCodeOf(status: number): number {
  const signo = status & 0x7f;
  return signo === 0 ? (status >>> 8) & 0xff : EXIT_SIGNALLED + signo;
}

function refusePaused(container: Container): void {
  const { status } = container.state();
  const { name } = container.config;
  if (status !== "paused") return;
  throw new ContainerError("paused", `container ${name} is paused; kernelet unpause ${name}`);
}

function programOf(
  { config }: Container,
  io: Io,
  argv: readonly string[],
  options: ExecOptions,
): ProgramSpec {
  const { workdir } = options;
  if (workdir !== undefined && !workdir.startsWith("/")) {
    throw badOption("-w", `'${workdir}' must be an absolute path in the container`);
  }
  const added = namedEnvironment(io, {
    assignments: options.env ?? [],
    files: options.envFile ?? [],
  });
  const terminal = options.tty === true ? ["TERM=xterm"] : [];
  const variables = new Map(
    [...terminal, ...config.env, ...added].map((text) => {
      const equals = text.indexOf("=");
      return [text.slice(0, equals), text.slice(equals + 1)] as const;
    }),
  );
  return {
    argv,
    env: [...variables].map(([name, value]) => `${name}=${value}`),
    cwd: workdir ?? config.cwd,
    isCwdRequired: true,
    user: options.user ?? config.user,
    hasHome: true,
  };
}

export interface AttachOptions extends RootOption {
  readonly detachKeys?: string;
  /** Commander's of --no-stdin. */
  readonly stdin: boolean;
  readonly sigProxy?: string;
}

/** @returns the exit code. */
export async function runAttach(io: Io, name: string, options: AttachOptions): Promise<number> {
  const detachKeys = parseDetachKeys(options.detachKeys ?? DEFAULT_DETACH_KEYS);
  return await reporting(async () => {
    const container = openContainers(io, options).find(name);
    refusePaused(container);
    const hasInput = options.stdin && container.config.isInputOpen;
    const connection = await container.connect();
    const guest = await connection.attach({ hasInput, isLossless: false });
    const isProxying = options.sigProxy !== "false";
    return await stay(container, connection, guest, { io, hasInput, isProxying, detachKeys });
  }, EXIT_FAILED);
}
