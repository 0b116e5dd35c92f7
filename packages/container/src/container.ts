/** One container: what it is, how it is, and what can be done with it. */
import fs from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { SIGKILL } from "@kernelet/abi";
import { StoreLock } from "@kernelet/image";
import {
  type Connection,
  connect,
  formatEvent,
  type Joined,
  type JournalEvent,
  SandboxEndedError,
} from "@kernelet/sandbox";
import type { ContainerConfig } from "./config.ts";
import { ContainerError, fileError } from "./errors.ts";
import type { ContainerPaths } from "./paths.ts";
import { spawnWatcher } from "./restart.ts";
import { type StartedContainer, type StartOptions, startContainer } from "./start.ts";
import { type ContainerState, readState } from "./state.ts";
import type { ContainerStore } from "./store.ts";

const SHORT_ID = 12;
/** Between a sandbox's start and its first answer. */
const CONNECT_PATIENCE_MS = 10_000;
const LOOK_AGAIN_MS = 20;

export class Container {
  readonly config: ContainerConfig;
  readonly paths: ContainerPaths;
  readonly store: ContainerStore;
  /** Whoever has it starts or removes the container. */
  readonly #lock: StoreLock;

  constructor(config: ContainerConfig, paths: ContainerPaths, store: ContainerStore) {
    this.config = config;
    this.paths = paths;
    this.store = store;
    this.#lock = new StoreLock(paths.lock);
  }

  get id(): string {
    return this.config.id;
  }

  get shortId(): string {
    return this.id.slice(0, SHORT_ID);
  }

  state(): ContainerState {
    return readState(this.paths);
  }

  get isActive(): boolean {
    const { status } = this.state();
    return status === "running" || status === "paused";
  }

  /** @throws ContainerError */
  async start(options: StartOptions = {}): Promise<StartedContainer> {
    return await this.locked(async () => {
      if (this.isActive) {
        throw new ContainerError("already-running", `container ${this.config.name} runs already`);
      }
      const started = await startContainer(this, options);
      // One that is started again has its watcher already.
      if (this.config.restart.name !== "no" && options.restarts === undefined) spawnWatcher(this);
      return started;
    });
  }

  /** Nobody else starts, changes or removes it meanwhile. */
  async locked<T>(work: () => Promise<T>): Promise<T> {
    if (!fs.existsSync(this.paths.folder)) throw this.#gone();
    return await this.#lock.hold("alone", work);
  }

  #gone(): ContainerError {
    return new ContainerError("no-such-container", `container ${this.config.name} was removed`);
  }

  /** @throws ContainerError if it does not run. */
  async connect(): Promise<Joined> {
    const until = performance.now() + CONNECT_PATIENCE_MS;
    for (;;) {
      if (!this.isActive) throw this.notRunning();
      try {
        return await connect(this.#socket());
      } catch (error) {
        // It is starting, or ending.
        if (performance.now() > until) {
          throw new ContainerError("lost", `container ${this.config.name} does not answer`, error);
        }
        await delay(LOOK_AGAIN_MS);
      }
    }
  }

  /** Whoever started it may have been killed before the socket got its name. */
  #socket(): string {
    const { folder, socket } = this.paths;
    if (fs.existsSync(socket)) return socket;
    const unnamed = fs.readdirSync(folder).find((name) => name.startsWith("socket."));
    return unnamed === undefined ? socket : path.join(folder, unnamed);
  }

  notRunning(): ContainerError {
    const { name } = this.config;
    return new ContainerError(
      "not-running",
      `container ${name} does not run; kernelet start ${name}`,
    );
  }

  /** Does something with the running sandbox. */
  async using<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    try {
      return await work(connection);
    } catch (error) {
      throw error instanceof SandboxEndedError ? this.notRunning() : error;
    } finally {
      connection.close();
    }
  }

  /** @throws ContainerError */
  note(event: JournalEvent): void {
    try {
      fs.appendFileSync(this.paths.journal, formatEvent(event), { mode: 0o600 });
    } catch (error) {
      throw fileError("writing", this.paths.journal, error);
    }
  }

  /** Somebody wants it to end. That it cannot be written down matters where somebody would start it again. */
  #noteStopping(): void {
    try {
      this.note({ event: "stopping", at: Date.now() });
    } catch (error) {
      if (this.config.restart.name !== "no") throw error;
    }
  }

  /** @throws ContainerError if it does not run. */
  async signal(signo: number): Promise<void> {
    await this.using(async (connection) => {
      await connection.ask("signal", { signo });
    });
  }

  async pause(): Promise<void> {
    const { status } = this.state();
    const { name } = this.config;
    if (status === "paused")
      throw new ContainerError("paused", `container ${name} is paused already`);
    await this.using((connection) => connection.ask("pause", null));
  }

  async resume(): Promise<void> {
    const { status } = this.state();
    const { name } = this.config;
    if (status !== "paused") throw new ContainerError("paused", `container ${name} is not paused`);
    await this.using((connection) => connection.ask("resume", null));
  }

  /** Asks its program to end, and ends it if it takes longer than `timeoutS`. One that does not run is left alone. */
  async stop(timeoutS: number = this.config.stopTimeoutS, signo?: number): Promise<void> {
    await this.#end(signo ?? this.config.stopSignal, timeoutS);
  }

  async kill(signo: number = SIGKILL): Promise<void> {
    if (!this.isActive) throw this.notRunning();
    // Only what ends it for sure says that it is not to come back.
    if (signo === SIGKILL) this.#noteStopping();
    await this.signal(signo);
  }

  async #end(signo: number, timeoutS: number): Promise<void> {
    const { status } = this.state();
    if (status === "restarting") await this.#stopRestarting();
    if (!this.isActive) return;
    this.#noteStopping();
    try {
      await this.using(async (connection) => {
        if (this.config.argv === null) await connection.ask("stop", null);
        else {
          if (status === "paused") await connection.ask("resume", null);
          await connection.ask("signal", { signo });
        }
        const ms = timeoutS < 0 ? 2 ** 31 - 1 : timeoutS * 1000;
        if (await isInTime(connection.closed, ms)) return;
        await connection.ask("signal", { signo: SIGKILL });
        await isInTime(connection.closed, CONNECT_PATIENCE_MS);
      });
    } catch (error) {
      if (!isOver(error)) throw error;
    }
    await this.ended();
  }

  /** Whoever was about to start it again hears of it, and leaves. */
  async #stopRestarting(): Promise<void> {
    this.note({ event: "stopping", at: Date.now() });
    const until = performance.now() + CONNECT_PATIENCE_MS;
    while (this.state().status === "restarting" && performance.now() < until) {
      await delay(LOOK_AGAIN_MS);
    }
  }

  /** Ends its process on the host, whatever it is doing. */
  async destroy(): Promise<void> {
    if (this.state().status === "restarting") await this.#stopRestarting();
    const { pid, status } = this.state();
    if (status !== "created" && status !== "exited") this.#noteStopping();
    if (pid === null || !this.isActive) return;
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It was quicker.
    }
    await this.ended();
  }

  /** Waits until it does not run. @returns how it is then. */
  async ended(): Promise<ContainerState> {
    while (this.isActive) {
      try {
        await this.using((connection) => connection.closed);
      } catch (error) {
        if (!isOver(error)) throw error;
      }
      await delay(LOOK_AGAIN_MS);
    }
    return this.state();
  }

  /** @throws ContainerError if it runs. */
  async remove(options: { readonly withVolumes?: boolean } = {}): Promise<void> {
    await this.locked(async () => {
      const { status } = this.state();
      if (status !== "created" && status !== "exited") {
        const { name } = this.config;
        throw new ContainerError(
          "in-use",
          `container ${name} is ${status}; kernelet stop ${name}, or kernelet rm -f`,
        );
      }
      await this.store.remove(this, options.withVolumes === true);
    });
  }

  /** For those that are to go by themselves: whoever notices first sees to it. @returns whether it was us. */
  async removeIfOver(): Promise<boolean> {
    try {
      await this.remove({ withVolumes: true });
      return true;
    } catch (error) {
      const { code } = error as { code?: unknown };
      if (code !== "in-use" && code !== "no-such-container") throw error;
      return false;
    }
  }
}

function isOver(error: unknown): boolean {
  return error instanceof ContainerError && (error.code === "not-running" || error.code === "lost");
}

async function isInTime(closed: Promise<void>, ms: number): Promise<boolean> {
  const abort = new AbortController();
  const late = delay(ms, false, { signal: abort.signal }).catch(() => false);
  const isClosed = await Promise.race([closed.then(() => true), late]);
  abort.abort();
  return isClosed;
}
