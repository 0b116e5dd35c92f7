/**
 * A processor without instructions, for tests of the kernel: memory is a plain ArrayBuffer, and a task "runs" by taking the next step of its script: a system call, an exception, an access.
 */
import {
  type AddressSpace,
  type Events,
  PAGE_R,
  PAGE_W,
  PAGE_X,
  type Processor,
  Reg,
  type Registers,
  type Stop,
} from "./processor.ts";

const PAGE_SHIFT = 12;
const U64 = (n: bigint) => BigInt.asUintN(64, n);

export class PlainAddressSpace implements AddressSpace {
  readonly start: number = 0x20_0000;
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly #protection: Uint8Array;
  isReleased = false;

  constructor(buffer: ArrayBuffer) {
    const size = buffer.byteLength;
    this.end = size;
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.#protection = new Uint8Array(size >>> PAGE_SHIFT);
  }

  protect(start: number, end: number, access: number): void {
    this.#protection.fill(access, start >>> PAGE_SHIFT, end >>> PAGE_SHIFT);
  }

  protection(addr: number): number {
    return this.#protection[addr >>> PAGE_SHIFT] ?? 0;
  }

  willWrite(_start: number, _end: number): void {}

  zero(start: number, end: number): void {
    this.bytes.fill(0, start, end);
  }

  release(): void {
    this.isReleased = true;
  }
}

export class PlainRegisters implements Registers {
  #general = new BigUint64Array(16);
  rip = 0;
  rflags = 0x202;
  fsBase = 0;
  gsBase = 0;
  /** The FXSAVE image itself: nothing computes with it. */
  #fpu = new Uint8Array(512);

  constructor() {
    this.reset();
  }

  get(reg: number): number {
    return Number(this.#general[reg]);
  }
  getInt32(reg: number): number {
    return Number(BigInt.asIntN(32, this.#general[reg] as bigint));
  }
  getBig(reg: number): bigint {
    return this.#general[reg] as bigint;
  }
  set(reg: number, value: number): void {
    this.#general[reg] = U64(BigInt(value));
  }
  setBig(reg: number, value: bigint): void {
    this.#general[reg] = U64(value);
  }
  reset(): void {
    this.#general.fill(0n);
    this.rip = 0;
    this.rflags = 0x202;
    this.fsBase = 0;
    this.gsBase = 0;
    this.#fpu.fill(0);
    const view = new DataView(this.#fpu.buffer);
    view.setUint16(0, 0x37f, true);
    view.setUint32(24, 0x1f80, true);
  }
  copyFrom(other: Registers): void {
    this.restore(other.save());
  }
  fxsave(into: Uint8Array): void {
    into.set(this.#fpu);
  }
  fxrstor(from: Uint8Array): void {
    this.#fpu.set(from.subarray(0, 512));
  }
  save(): Uint8Array {
    const bytes = new Uint8Array(16 * 8 + 4 * 8 + 512);
    bytes.set(new Uint8Array(this.#general.buffer));
    const view = new DataView(bytes.buffer);
    [this.rip, this.rflags, this.fsBase, this.gsBase].forEach((value, i) => {
      view.setFloat64(128 + 8 * i, value, true);
    });
    bytes.set(this.#fpu, 160);
    return bytes;
  }
  restore(state: Uint8Array): void {
    const copy = state.slice();
    this.#general = new BigUint64Array(copy.buffer, 0, 16).slice();
    const view = new DataView(copy.buffer);
    this.rip = view.getFloat64(128, true);
    this.rflags = view.getFloat64(136, true);
    this.fsBase = view.getFloat64(144, true);
    this.gsBase = view.getFloat64(152, true);
    this.#fpu = copy.slice(160, 160 + 512);
  }
}

/** What a scripted task does next. It is asked anew for each step, with the registers as they are. */
export type Step =
  | { readonly kind: "syscall"; readonly nr: number; readonly args: readonly (number | bigint)[] }
  | { readonly kind: "exception"; readonly vector: number; readonly address?: number }
  | { readonly kind: "access"; readonly addr: number; readonly access: number }
  /** Uses up the slice. */
  | { readonly kind: "spin" };

/** @returns the next step, or undefined to spin. */
export type Script = (registers: Registers) => Step | undefined;

const ARGUMENTS = [Reg.rdi, Reg.rsi, Reg.rdx, Reg.r10, Reg.r8, Reg.r9] as const;
/** What rip stands for in a script: each SYSCALL is this long, so that a restart can be seen. */
const SYSCALL_LENGTH = 2;

export class ScriptedProcessor implements Processor {
  readonly #size: number;
  readonly #scripts: Map<Registers, Script> = new Map();
  /** The step to be done again after a restart, by rip. */
  readonly #steps: WeakMap<Registers, Map<number, Step>> = new WeakMap();
  fuelLeft = 0;

  constructor(size: number = 64 * 1024 * 1024) {
    this.#size = size;
  }

  createAddressSpace(): PlainAddressSpace {
    return new PlainAddressSpace(new ArrayBuffer(this.#size));
  }

  createRegisters(): PlainRegisters {
    return new PlainRegisters();
  }

  /** Says what the task with these registers does. */
  program(registers: Registers, script: Script): void {
    this.#scripts.set(registers, script);
  }

  run(registers: Registers, space: AddressSpace, events: Events, fuel: number): Stop {
    this.fuelLeft = fuel;
    for (;;) {
      const step = this.#next(registers);
      if (step === undefined || step.kind === "spin" || this.fuelLeft <= 0) {
        this.fuelLeft = 0;
        return { kind: "preempted" };
      }
      this.fuelLeft -= 1000;
      if (step.kind === "exception") {
        const { vector, address = 0 } = step;
        return { kind: "exception", vector, errorCode: 0, address };
      }
      if (step.kind === "access") {
        if ((space.protection(step.addr) & step.access) !== 0) continue;
        const kind = step.access === PAGE_R ? PAGE_R : step.access === PAGE_W ? PAGE_W : PAGE_X;
        if (events.pageFault(step.addr, kind)) continue;
        return { kind: "preempted" };
      }
      if (!this.#syscall(registers, step, events)) return { kind: "preempted" };
    }
  }

  step(registers: Registers, space: AddressSpace, events: Events): Stop {
    return this.run(registers, space, events, 1);
  }

  /** A step whose rip was put back (a restarted call) comes again, with the registers as they are now. */
  #next(registers: Registers): Step | undefined {
    const done = this.#steps.get(registers)?.get(registers.rip);
    if (done !== undefined) return { kind: "syscall", nr: registers.getInt32(Reg.rax), args: [] };
    return this.#scripts.get(registers)?.(registers);
  }

  #syscall(
    registers: Registers,
    step: Extract<Step, { kind: "syscall" }>,
    events: Events,
  ): boolean {
    let steps = this.#steps.get(registers);
    if (steps === undefined) {
      steps = new Map();
      this.#steps.set(registers, steps);
    }
    const isRepeated = steps.has(registers.rip);
    if (!isRepeated) steps.set(registers.rip, step);
    registers.set(Reg.rax, step.nr);
    step.args.forEach((value, i) => {
      registers.setBig(ARGUMENTS[i] as number, BigInt(value));
    });
    registers.rip += SYSCALL_LENGTH;
    registers.set(Reg.rcx, registers.rip);
    registers.set(Reg.r11, registers.rflags);
    return events.syscall();
  }
}
