/** Runs a request: starts the sandbox, stands between it and the person, says how it ended. */
import { closeSync, realpathSync, writeFileSync } from "node:fs";
import {
  describeLeft,
  formatReport,
  launch,
  type Outcome,
  openCacheFolder,
  type PublishedPort,
  type SandboxConfig,
} from "@kernelet/sandbox";
import { CliError, EXIT_FAILED } from "../errors.ts";
import type { Io } from "../io.ts";
import { describePort } from "../options/network.ts";
import { create } from "./create-file.ts";
import { endingOf } from "./outcome.ts";
import type { ProfileWriter } from "./profile/write.ts";
import type { DoRequest } from "./request.ts";
import { passSignals } from "./signals.ts";
import { Terminal } from "./terminal.ts";

/** Behind stdin, stdout, stderr and the channel. */
const FIRST_FREE_FD = 4;
const STDERR = 2;

/** @returns the exit code. */
export async function runRequest(request: DoRequest, io: Io): Promise<number> {
  const profileFile = await openProfile(request);
  const traceFile =
    request.traceFile === undefined ? undefined : create("--trace-file", request.traceFile);
  const terminal = new Terminal();
  const speaker = new Speaker(io);
  try {
    const outcome = await runSandbox(request, io, terminal, speaker, traceFile);
    terminal.restore();
    if (outcome.kind === "exited") {
      writeReport(request, outcome, io);
      if (outcome.profile !== undefined) profileFile?.write(outcome.profile);
    }
    const { exitCode, line } = endingOf(outcome, request);
    // What was logged has said why already.
    if (line !== undefined && !speaker.hasSpoken) speaker.say(line);
    const leaks = leaksOf(outcome, io);
    if (leaks === "") return exitCode;
    speaker.say(`the kernel leaks: ${leaks}`);
    return EXIT_FAILED;
  } finally {
    terminal.restore();
    if (traceFile !== undefined) closeSync(traceFile);
    profileFile?.close();
  }
}

async function openProfile({ profile }: DoRequest): Promise<ProfileWriter | undefined> {
  if (profile === undefined) return undefined;
  const { ProfileWriter } = await import("./profile/write.ts");
  return new ProfileWriter(profile);
}

/** For our own tests, which set KERNELET_CHECK_LEAKS: what should have been gone at the end and was not. */
function leaksOf(outcome: Outcome, { env }: Io): string {
  return env.KERNELET_CHECK_LEAKS === "1" && outcome.kind === "exited"
    ? describeLeft(outcome.report)
    : "";
}

async function runSandbox(
  request: DoRequest,
  { env }: Io,
  terminal: Terminal,
  speaker: Speaker,
  traceFile: number | undefined,
): Promise<Outcome> {
  const cacheFolder = request.cache ? openCacheFolder(env) : undefined;
  const sandbox = launch({
    ...(cacheFolder !== undefined && { cacheFolder }),
    config: configOf(request, terminal, traceFile),
    stdio: traceFile === undefined ? [0, 1, 2] : [0, 1, 2, traceFile],
    onLog: (level, message) => speaker.log(level, message),
    onRaw: (isRaw) => terminal.setRaw(isRaw),
    onPublished: (ports) => sayPorts(request, speaker, ports),
  });
  const stopPassing = passSignals((signo) => sandbox.signal(signo));
  const resized = (): void => {
    const { size } = terminal;
    if (size !== undefined) sandbox.resize(size);
  };
  process.on("SIGWINCH", resized);
  const timer =
    request.timeoutMs === undefined ? undefined : setTimeout(sandbox.kill, request.timeoutMs);
  try {
    return await sandbox.outcome;
  } finally {
    clearTimeout(timer);
    process.off("SIGWINCH", resized);
    stopPassing();
  }
}

/** What the person did not choose. */
function sayPorts({ network }: DoRequest, speaker: Speaker, ports: readonly PublishedPort[]): void {
  ports.forEach((port, i) => {
    if (network.ports[i]?.hostPort !== 0) return;
    const { guestPort, protocol } = port;
    speaker.say(`port ${guestPort}/${protocol} is published at ${describePort(port)}`);
  });
}

function configOf(
  request: DoRequest,
  terminal: Terminal,
  traceFile: number | undefined,
): SandboxConfig {
  const { traceSet } = request;
  const { size } = terminal;
  return {
    layers: [{ path: realpathSync(request.root), writable: false }],
    volumes: request.volumes.map(({ host, guest, writable }) => ({
      path: realpathSync(host),
      writable,
      target: guest,
    })),
    program: {
      argv: request.argv,
      env: request.env,
      cwd: request.cwd,
      isCwdRequired: request.isCwdRequired,
      user: request.user,
    },
    stdio: { kind: "inherited", ...(size !== undefined && { terminal: size }) },
    hostname: request.hostname,
    network: request.network,
    memoryLimit: request.memoryLimit,
    taskLimit: request.taskLimit,
    translate: request.translate,
    ...(request.profile !== undefined && { profile: true }),
    ...(traceSet !== undefined && {
      traceSet,
      traceFd: traceFile === undefined ? STDERR : FIRST_FREE_FD,
    }),
  };
}

function writeReport(
  request: DoRequest,
  { report }: Extract<Outcome, { kind: "exited" }>,
  io: Io,
): void {
  if (request.report === undefined) return;
  const text = request.report === "json" ? `${JSON.stringify(report)}\n` : formatReport(report);
  if (request.reportFile === undefined) {
    io.err(text);
    return;
  }
  try {
    writeFileSync(request.reportFile, text);
  } catch (error) {
    const message = `--report-file: ${request.reportFile}: cannot be written`;
    throw new CliError("bad-option", message, { cause: error });
  }
}

/** Lines for the person. */
class Speaker {
  readonly #io: Io;
  hasSpoken = false;

  constructor(io: Io) {
    this.#io = io;
  }

  say(line: string): void {
    this.#io.err(`kernelet: ${line}\n`);
  }

  /** From the kernel. Only a bug of ours has more than one line, and shows them only to whoever asks. */
  log(level: "debug" | "info" | "warn" | "error", message: string): void {
    const isDebugging = Boolean(this.#io.env.KERNELET_DEBUG);
    if (!isDebugging && (level === "debug" || level === "info")) return;
    if (level === "warn" || level === "error") this.hasSpoken = true;
    this.say(isDebugging ? message : (message.split("\n", 1)[0] as string));
  }
}
