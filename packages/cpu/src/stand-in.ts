/**
 * Stands in for WebAssembly where V8 has none: where a start image is made. Nothing is compiled and nothing runs; who enters
 * the interpreter's module enters `run` instead, which calls what code would call. So all that is JavaScript in a
 * processor can be called once before the image is written (packages/sandbox/src/rehearsal).
 */
import { FAULT_WRITE } from "./interp/core-module.ts";

/** A processor as the guest's code sees it. */
export interface StandInMachine {
  /** Finds or decodes the block at rip. @returns its record; 0: the guest must stop. */
  lookup(): number;
  /** Reads or writes at `addr`, from the block of `rec`. @returns whether the guest goes on. */
  touch(addr: number, isWrite: boolean, rec: number): boolean;
  /** SYSCALL. @returns whether the guest goes on. */
  syscall(): boolean;
}

/** What the code is: returns when the guest stops. */
export type StandInCode = (machine: StandInMachine) => void;

/** What an engine gives its modules (engine.ts). */
interface Imports {
  lookup(): number;
  pageFault(low: number, high: number, info: number, rec: number): number;
  syscall(): number;
}

class Table {
  length: number;

  constructor({ initial }: WebAssembly.TableDescriptor) {
    this.length = initial;
  }

  get(): null {
    return null;
  }

  set(): void {}

  grow(by: number): number {
    this.length += by;
    return this.length - by;
  }
}

class Module {}

/**
 * The memory of all address spaces, one after the other; the host gives some only where something is written. Undefined where it
 * promises no more than it has (vm.overcommit_memory), and has less than that.
 */
export function standInMemory(): ArrayBuffer | undefined {
  try {
    return new ArrayBuffer(2 ** 32);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** @returns what `body` returns, with `run` as the only code that there is. */
export function withStandIn<T>(buffer: ArrayBuffer, run: StandInCode, body: () => T): T {
  class Memory {
    readonly buffer: ArrayBuffer = buffer;
  }

  class Instance {
    readonly exports: Record<string, () => number>;

    constructor(_: Module, { env }: { readonly env: Imports }) {
      const machine: StandInMachine = {
        lookup: () => env.lookup() >>> 0,
        touch: (addr, isWrite, rec) =>
          env.pageFault(addr, 0, 1 | (isWrite ? FAULT_WRITE : 0), rec) !== 0,
        syscall: () => env.syscall() !== 0,
      };
      const enter = (): number => {
        run(machine);
        return 0;
      };
      this.exports = { run: enter, resume: enter };
    }
  }
  const known = Object.getOwnPropertyDescriptor(globalThis, "WebAssembly");
  const value = { Instance, Memory, Module, Table };
  Object.defineProperty(globalThis, "WebAssembly", { value, configurable: true });
  try {
    return body();
  } finally {
    if (known === undefined) Reflect.deleteProperty(globalThis, "WebAssembly");
    else Object.defineProperty(globalThis, "WebAssembly", known);
  }
}
