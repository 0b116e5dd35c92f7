/** What clients share: the kernel that runs, its root, the streams that lead out of it, and what may be asked of it. */
import { EINVAL, ENETDOWN, type Errno, ESRCH, isErrno, SIGKILL } from "@kernelet/abi";
import {
  FileAgent,
  type FsContext,
  type Host,
  type Kernel,
  overlayChanges,
  type ThreadGroup,
} from "@kernelet/kernel";
import type { SharedProgram } from "../detached/shared-program.ts";
import { type NodeNetwork, publishPort } from "../host/node-network.ts";
import type { StreamEnd, StreamListener } from "../host/stream-end.ts";
import type { StreamTable } from "../host/stream-table.ts";
import type { NetworkPolicy, PublishedPort } from "../network/network-request.ts";
import { parseRule } from "../network/rule.ts";
import { parseSecretHost, type SecretsRequest } from "../network/secrets/secrets.ts";
import type { Report } from "../report.ts";
import { type Changes, MAX_TRANSFER, type Stats } from "../requests.ts";
import type { RunLoop } from "../run-loop.ts";
import type { ProgramLimits } from "../start-program.ts";
import type { StreamNumbers } from "../stdio.ts";
import type { Asked } from "./requests.ts";

const PAGE_SIZE = 4096;

export interface ControlParts {
  readonly kernel: Kernel;
  /** Where processes from outside start. */
  readonly fs: FsContext;
  readonly host: Host;
  readonly isTerminal: (stream: number) => boolean;
  readonly streams: StreamTable;
  readonly streamListener: StreamListener;
  readonly loop: RunLoop;
  readonly report: () => Report;
  readonly limits: ProgramLimits;
  /** Is told when the sandbox is paused and when it goes on. */
  readonly paused: (isPaused: boolean) => void;
  readonly network: NodeNetwork | undefined;
}

export class Control implements Asked {
  readonly parts: ControlParts;
  /** Who waits for the end of processes. */
  readonly #watched: Map<ThreadGroup, () => void> = new Map();
  /** The first program of a detached sandbox. */
  first: SharedProgram | null = null;
  /** Made when somebody asks for files. */
  #files: FileAgent | null = null;
  readonly #published: PublishedPort[] = [];

  constructor(parts: ControlParts) {
    this.parts = parts;
    parts.kernel.hooks.subscribe({
      processExited: (group) => {
        const ended = this.#watched.get(group);
        this.#watched.delete(group);
        ended?.();
      },
    });
  }

  /** Three streams that nothing had before. */
  openStreams(make: (number: number, index: number) => StreamEnd): StreamNumbers {
    const { streams } = this.parts;
    const open = (index: number): number => {
      const number = streams.newNumber();
      streams.set(number, make(number, index));
      return number;
    };
    return [open(0), open(1), open(2)];
  }

  closeStreams(numbers: StreamNumbers): void {
    for (const number of numbers) this.parts.streams.delete(number);
  }

  /** @param ended called once, while the process is being taken apart: it is not reaped yet. */
  watch(group: ThreadGroup, ended: () => void): void {
    this.#watched.set(group, ended);
  }

  // Asked.

  get files(): FileAgent {
    const { kernel, fs } = this.parts;
    this.#files ??= new FileAgent(kernel, fs);
    return this.#files;
  }

  pause(): void {
    if (this.parts.loop.isPaused) return;
    this.parts.loop.pause();
    this.parts.paused(true);
  }

  resume(): void {
    if (!this.parts.loop.isPaused) return;
    this.parts.loop.resume();
    this.parts.paused(false);
  }

  /** A signal for the first program. */
  signal(signo: number): 0 | Errno {
    const { init } = this.parts.kernel;
    if (init === null || init.isDead) return ESRCH;
    this.parts.kernel.signalProcess(init, signo);
    // A paused one would never notice.
    if (signo === SIGKILL) this.resume();
    return 0;
  }

  stop(): void {
    this.parts.kernel.shutDown();
    this.resume();
  }

  changes(from: number): Changes {
    const all = overlayChanges(this.parts.fs.root.mount.root.superblock) ?? [];
    let length = 0;
    let end = from;
    while (end < all.length && length < MAX_TRANSFER / 2)
      length += (all[end++]?.path.length ?? 0) * 6 + 40;
    const changes = all.slice(from, end).map(({ path, kind }) => ({ path, kind }));
    return { changes, total: all.length };
  }

  stats(): Stats {
    const { kernel, loop } = this.parts;
    const { memory } = kernel.memory;
    const { user, system } = kernel.rootCgroup.cpuTime;
    const limit = kernel.options.memoryLimit ?? Number.POSITIVE_INFINITY;
    return {
      memoryBytes: memory.usedPages * PAGE_SIZE,
      peakMemoryBytes: memory.peakPages * PAGE_SIZE,
      memoryLimitBytes: Number.isFinite(limit) ? limit : null,
      tasks: kernel.pids.tasks.size,
      taskLimit: kernel.taskLimit,
      cpuNs: user + system,
      isPaused: loop.isPaused,
      uptimeMs: kernel.clock.monotonicNs() / 1e6,
    };
  }

  report(): Report {
    return this.parts.report();
  }

  setPolicy(policy: NetworkPolicy): 0 | Errno {
    const { network } = this.parts;
    if (network === undefined) return ENETDOWN;
    const isWrong = [...policy.allow, ...policy.deny].some(
      (rule) => typeof parseRule(rule) === "string",
    );
    if (isWrong) return EINVAL;
    network.update(policy);
    return 0;
  }

  policy(): NetworkPolicy | Errno {
    const { network } = this.parts;
    if (network === undefined) return ENETDOWN;
    const { mode, allow, deny, asks = false } = network.policy;
    return { mode, allow, deny, asks };
  }

  setSecrets(request: SecretsRequest): 0 | Errno {
    const { network } = this.parts;
    if (network === undefined) return ENETDOWN;
    const hosts = request.secrets.flatMap((secret) => secret.hosts);
    if (hosts.some((host) => typeof parseSecretHost(host) === "string")) return EINVAL;
    network.setSecrets(request);
    return 0;
  }

  /** A sandbox without a network has no ports: its kernel has no way to be reached. */
  async publish(port: PublishedPort): Promise<PublishedPort | Errno> {
    const { network } = this.parts;
    if (network === undefined) return ENETDOWN;
    const published = await publishPort(network, port);
    if (!isErrno(published)) this.#published.push(published);
    return published;
  }

  ports(): readonly PublishedPort[] {
    return this.#published;
  }

  /** The kernel is about to end: nothing of ours may be left in it. */
  release(): void {
    this.#files?.release();
    this.#files = null;
  }
}
