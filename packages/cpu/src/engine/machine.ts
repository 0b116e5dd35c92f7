/** The machine as helpers see it: one address space with the running task's registers. */
import { STATE, STATE_SIZE } from "../state.ts";
import type { GuestSpace } from "./guest-space.ts";
import type { Machine } from "./helper.ts";
import { StateView } from "./state-view.ts";

export interface MachineEvents {
  access(addr: number, len: number, access: 1 | 2): boolean;
  raise(vector: number, errorCode: number): false;
}

export class SpaceMachine extends StateView implements Machine {
  readonly u8: Uint8Array;
  readonly view: DataView;
  readonly #events: MachineEvents;
  readonly timeStamp: () => bigint;

  constructor(space: GuestSpace, timeStamp: () => bigint, events: MachineEvents) {
    super(new DataView(space.memory.buffer, STATE, STATE_SIZE));
    this.u8 = space.bytes;
    this.view = space.view;
    this.#events = events;
    this.timeStamp = timeStamp;
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
