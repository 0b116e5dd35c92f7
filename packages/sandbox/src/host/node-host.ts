/**
 * The Host interface on Node: with the other files of this folder, the only code of the sandbox process that reaches
 * the machine. Every call is counted in `log`.
 */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import type { Errno } from "@kernelet/abi";
import type { Host, HostStat } from "@kernelet/kernel";
import { type NetworkRequest, reachesOutside } from "../network/network-request.ts";
import { HostLog } from "./host-log.ts";
import { attempt, errnoOf } from "./node-errno.ts";
import { NodeNetwork } from "./node-network.ts";
import { hostStat } from "./node-stat.ts";
import { NodeStreams } from "./node-streams.ts";
import { StreamTable } from "./stream-table.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** What the host passes on to the person's side: the process that started the sandbox. */
export interface HostCallbacks {
  setTerminalRaw(raw: boolean): void;
  log(level: LogLevel, message: string): void;
}

export class NodeHost implements Host {
  readonly counts: HostLog = new HostLog();
  /** The process's own. */
  readonly stdio: NodeStreams = new NodeStreams(this.counts);
  readonly streams: StreamTable = new StreamTable();
  readonly network: NodeNetwork | undefined;
  readonly #callbacks: HostCallbacks;
  /** Node's own are behind getters that take longer than reading a clock does. */
  readonly #performance: typeof performance = performance;
  readonly #originMs: number = performance.timeOrigin;

  /** @param network what of the network there is; undefined: nothing. */
  constructor(callbacks: HostCallbacks, network: NetworkRequest | undefined) {
    this.#callbacks = callbacks;
    if (network !== undefined && reachesOutside(network))
      this.network = new NodeNetwork(network, this.counts);
    for (const stream of [0, 1, 2]) this.streams.set(stream, this.stdio.end(stream));
  }

  monotonicNs(): number {
    return this.#performance.now() * 1e6;
  }

  realtimeMs(): number {
    return this.#originMs + this.#performance.now();
  }

  entropy(into: Uint8Array): void {
    this.counts.record("entropy", 0, into.length);
    // Not into memory of WebAssembly itself.
    into.set(randomBytes(into.length));
  }

  pread(handle: number, into: Uint8Array, off: number): number {
    let result: number;
    try {
      result = fs.readSync(handle, into, 0, into.length, off);
    } catch (error) {
      result = errnoOf(error);
    }
    return this.counts.record("read", result, Math.max(result, 0));
  }

  pwrite(handle: number, from: Uint8Array, off: number): number {
    let result: number;
    try {
      result = fs.writeSync(handle, from, 0, from.length, off);
    } catch (error) {
      result = errnoOf(error);
    }
    return this.counts.record("write", result, Math.max(result, 0));
  }

  ftruncate(handle: number, size: number): 0 | Errno {
    return this.counts.record(
      "truncate",
      attempt(() => fs.ftruncateSync(handle, size)),
    );
  }

  fstat(handle: number): HostStat | Errno {
    try {
      return this.counts.record("fstat", hostStat(fs.fstatSync(handle, { bigint: true })));
    } catch (error) {
      return this.counts.record("fstat", errnoOf(error));
    }
  }

  /**
   * Node's permission model has no fsync. The data is with the host's kernel already: safe from the end of the
   * sandbox, not from a loss of power.
   */
  fsync(_handle: number): 0 | Errno {
    return this.counts.record("fsync", 0);
  }

  close(handle: number): void {
    this.counts.record("close", 0);
    fs.closeSync(handle);
  }

  writeStream(stream: number, bytes: Uint8Array): number {
    return this.streams.write(stream, bytes);
  }

  requestInput(stream: number): void {
    this.streams.request(stream);
  }

  setTerminalRaw(raw: boolean): void {
    this.#callbacks.setTerminalRaw(raw);
  }

  log(level: LogLevel, message: string): void {
    this.#callbacks.log(level, message);
  }
}
