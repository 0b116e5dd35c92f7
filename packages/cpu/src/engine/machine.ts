/** The machine as helpers see it: one address space with the running task's registers. */
import { STATE } from "../state.ts";
import type { GuestSpace } from "./guest-space.ts";
import type { Machine } from "./helper.ts";

export interface MachineEvents {
  access(addr: number, len: number, access: 1 | 2): boolean;
  raise(vector: number, errorCode: number): false;
}

export class SpaceMachine implements Machine {
  readonly u8: Uint8Array;
  readonly view: DataView;
  readonly #state: DataView;
  readonly #events: MachineEvents;
  readonly timeStamp: () => bigint;

  constructor(space: GuestSpace, timeStamp: () => bigint, events: MachineEvents) {
    this.u8 = space.bytes;
    this.view = space.view;
    this.#state = new DataView(space.memory.buffer, STATE, 4096);
    this.#events = events;
    this.timeStamp = timeStamp;
  }

  getU16(offset: number): number {
    return this.#state.getUint16(offset, true);
  }

  setU16(offset: number, v: number): void {
    this.#state.setUint16(offset, v, true);
  }

  getU32(offset: number): number {
    return this.#state.getUint32(offset, true);
  }

  setU32(offset: number, v: number): void {
    this.#state.setUint32(offset, v, true);
  }

  getU64(offset: number): bigint {
    return this.#state.getBigUint64(offset, true);
  }

  setU64(offset: number, v: bigint): void {
    this.#state.setBigUint64(offset, v, true);
  }

  getF64(offset: number): number {
    return this.#state.getFloat64(offset, true);
  }

  setF64(offset: number, v: number): void {
    this.#state.setFloat64(offset, v, true);
  }

  ensureReadable(addr: number, len: number): boolean {
    return len <= 0 || this.#events.access(addr, len, 1);
  }

  ensureWritable(addr: number, len: number): boolean {
    return len <= 0 || this.#events.access(addr, len, 2);
  }

  raise(vector: number, errorCode = 0): false {
    return this.#events.raise(vector, errorCode);
  }
}
