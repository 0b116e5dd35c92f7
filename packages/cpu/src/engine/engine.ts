/**
 * The processor: runs guest code in address spaces. Implements what the kernel asks of a processor
 * (structurally: this package knows no kernel).
 */
import type { Archive } from "../archive/archive.ts";
import { type ArchiveStore, Archives } from "../archive/archives.ts";
import {
  CORE_NAMES,
  FAULT_ALIGNED,
  FAULT_WRITE,
  jumpCacheIndex,
  SLOT,
  Stop,
} from "../interp/core-module.ts";
import { REC, RECORD_SIZE } from "../interp/record.ts";
import { MXCSR } from "../sse/soft-float.ts";
import { GUEST_END, PAGE_SHIFT, PAGE_SIZE, Perm, S, Vector } from "../state.ts";
import { decodeBlock, MAX_BLOCK } from "./block.ts";
import { BlockCache, hasBytes } from "./block-cache.ts";
import { describeBytes, isStackAccess, isX87ErrorPending, waitsForX87 } from "./fault-cause.ts";
import { EXEC, GuestSpace, READ, WRITE } from "./guest-space.ts";
import { buildFirstModule, type FirstModule, Handlers } from "./handlers.ts";
import { helperById } from "./helper-ids.ts";
import { SpaceMachine } from "./machine.ts";
import { writeBlock, writeBody } from "./records.ts";
import { RegionTier } from "./region-tier.ts";
import { type CompiledRegion, Regions } from "./regions.ts";
import { CpuRegisters, type FxState } from "./registers.ts";
import { Slots } from "./slots.ts";

/**
 * Entries of a block before it is hot. A region costs a few milliseconds to make, by us and by V8; the interpreter
 * needs some 30 ns for a block. Start-up of python3: 5.3 s of processor time at 2,000, 3.8 s at 8,000.
 */
export const HOT_THRESHOLD = 5000;

/** What the engine calls while a guest runs; see `Events` in the kernel's processor.ts. */
export interface EngineEvents {
  syscall(): boolean;
  pageFault(address: number, access: 1 | 2 | 4): boolean;
}

export type EngineStop =
  | { readonly kind: "preempted" }
  | {
      readonly kind: "exception";
      readonly vector: number;
      readonly errorCode: number;
      readonly address: number;
      readonly detail?: string;
    };

export interface EngineOptions {
  readonly fx: FxState;
  /** Nanoseconds, for the time-stamp counter. */
  readonly timeStamp: () => bigint;
  /** What `buildFirstModule` made before, for the threshold that is wanted. Made here unless given. */
  readonly firstModule?: FirstModule;
  /** false: interpreter only. */
  readonly translate?: boolean;
  /** Keeps what was decoded and translated from one run to the next. */
  readonly archives?: ArchiveStore;
  /** Entries of a block before it is translated, instead of HOT_THRESHOLD: tests want it low. */
  readonly hotThreshold?: number;
}

export interface EngineStatistics {
  /** Regions translated. */
  readonly regions: number;
  /** Regions that an earlier run had translated. */
  readonly archived: number;
  /** Time spent making them. What V8 compiles when code is first entered, and better in the background, comes on top. */
  readonly translateMs: number;
  /** The longest time that the guest has waited for one to be made or loaded. */
  readonly longestStepMs: number;
  readonly wasmBytes: number;
  /** Regions and decoded blocks that are remembered for whoever has the same code. */
  readonly keptRegions: number;
  readonly keptBlocks: number;
  /** Interpreter handlers made. */
  readonly handlers: number;
}

/** Memories of ended processes kept for the next ones. */
const POOL_SIZE = 32;
/** The name under which an archive store knows the interpreter's first module, which is in no archive. */
export const INTERPRETER = "interpreter";
const PREEMPTED: EngineStop = { kind: "preempted" };
const PF_WRITE = 2;
const PF_USER = 4;
const PF_INSTRUCTION = 16;

export class Engine {
  readonly #slots: Slots = new Slots();
  readonly #handlers: Handlers;
  readonly #blocks: BlockCache = new BlockCache();
  readonly #regions: Regions;
  readonly #tier: RegionTier;
  readonly #archives: Archives | undefined;
  readonly #options: EngineOptions;
  readonly #pool: GuestSpace[] = [];
  /** All there are, those in the pool too. */
  readonly #spaces: Set<GuestSpace> = new Set();
  #events: EngineEvents | undefined;
  #detail: string | undefined;
  fuelLeft = 0;

  constructor(options: EngineOptions) {
    this.#options = options;
    const first =
      options.firstModule ?? buildFirstModule([], options.hotThreshold ?? HOT_THRESHOLD);
    const nowMs = (): number => Number(options.timeStamp()) / 1e6;
    const dropped = ({ id }: CompiledRegion): void => {
      for (const space of this.#spaces) space.units.delete(id);
    };
    const { archives } = options;
    const identity = archives?.hash(first.bytes) ?? new Uint8Array(0);
    const interpreter =
      archives?.native(INTERPRETER, identity)?.module ?? new WebAssembly.Module(first.bytes);
    this.#handlers = new Handlers(this.#slots, first, interpreter, identity);
    this.#archives = archives === undefined ? undefined : new Archives(archives, this.#handlers);
    this.#regions = new Regions(this.#slots, nowMs, first.hotThreshold, dropped, this.#archives);
    this.#tier = new RegionTier(this.#slots, this.#regions);
  }

  /** What translation has cost so far. */
  get statistics(): EngineStatistics {
    const { translated, archived, translateMs, longestStepMs, wasmBytes } = this.#regions;
    return {
      regions: translated,
      archived,
      translateMs,
      longestStepMs,
      wasmBytes,
      keptRegions: this.#regions.kept,
      keptBlocks: this.#blocks.size,
      handlers: this.#handlers.count,
    };
  }

  /** Whether the code at `pc` is part of a region that begins at `entry`: for profiles. */
  isInRegion(entry: number, pc: number): boolean {
    return this.#regions.isIn(entry, pc);
  }

  createRegisters(): CpuRegisters {
    return new CpuRegisters(this.#options.fx);
  }

  createAddressSpace(): GuestSpace {
    const pooled = this.#pool.pop();
    if (pooled !== undefined) {
      pooled.reset();
      return pooled;
    }
    const space = new GuestSpace(this, (s, reusable) => this.#released(s, reusable));
    const machine = new SpaceMachine(space, this.#options.timeStamp, {
      access: (addr, len, access) => this.#ensure(space, addr, len, access),
      raise: (vector, errorCode) => this.#raise(space, vector, errorCode),
    });
    space.env = {
      memory: space.memory,
      table: space.table,
      lookup: () => this.#lookup(space),
      pageFault: (low: number, high: number, info: number, rec: number) =>
        this.#pageFault(space, low, high, info, rec >>> 0),
      syscall: () => this.#syscall(space),
      helper: (id: number, next: number) => this.#helper(space, machine, id, next),
      hot: (rec: number) => {
        if (this.#options.translate !== false) this.#tier.hot(space, rec >>> 0);
      },
      jumped: (rec: number) => this.#jumped(space, rec >>> 0),
      lookupBody: () => this.#lookupBody(space),
    };
    this.#spaces.add(space);
    const exports = this.#handlers.install(space);
    space.core = exports as unknown as GuestSpace["core"];
    for (const name of CORE_NAMES) {
      space.env[name] = exports[name] as WebAssembly.ExportValue;
    }
    return space;
  }

  #released(space: GuestSpace, reusable: boolean): void {
    this.#forgetAll(space);
    if (reusable && this.#pool.length < POOL_SIZE) this.#pool.push(space);
    else this.#spaces.delete(space);
  }

  /** Drops everything decoded or translated in `space`. Only while none of its code is on the stack. */
  #forgetAll(space: GuestSpace): void {
    const pages = [...space.pageBlocks.keys(), ...space.pageRegions.keys()];
    this.#tier.uninstallAll(space);
    space.blocks.clear();
    space.pageBlocks.clear();
    space.pageRegions.clear();
    space.jumpCache.fill(0);
    space.code.clear();
    for (const page of pages) space.dropPage(page);
    space.codeDropped = false;
  }

  run(registers: CpuRegisters, space: GuestSpace, events: EngineEvents, fuel: number): EngineStop {
    registers.attach(space);
    const previous = this.#events;
    this.#events = events;
    const { state32 } = space;
    const core = space.core as NonNullable<GuestSpace["core"]>;
    state32[S.fuel >> 2] = fuel;
    try {
      for (;;) {
        state32[S.stop >> 2] = Stop.none;
        // Generated code takes neither: 0 is "stop" there, and its pcs have 32 bits.
        if (state32[(S.rip >> 2) + 1] !== 0 || state32[S.rip >> 2] === 0) {
          return fetchFault(registers.rip);
        }
        const rec = space.resumeRecord;
        space.resumeRecord = 0;
        space.codeDropped = false;
        if (rec !== 0) core.resume(rec);
        else core.run();
        const stop = state32[S.stop >> 2] as number;
        if (stop === Stop.resume) {
          if (!space.code.hasRoom(MAX_BLOCK + 2)) this.#forgetAll(space);
          continue;
        }
        if (stop === Stop.exception) return this.#exception(space);
        return PREEMPTED;
      }
    } finally {
      this.fuelLeft = state32[S.fuel >> 2] as number;
      this.#events = previous;
    }
  }

  /** Runs the instruction at rip and no other, for a debugger. */
  step(registers: CpuRegisters, space: GuestSpace, events: EngineEvents): EngineStop {
    registers.attach(space);
    const { state32 } = space;
    const previous = this.#events;
    this.#events = events;
    try {
      if (state32[(S.rip >> 2) + 1] !== 0 || state32[S.rip >> 2] === 0) {
        return fetchFault(registers.rip);
      }
      state32[S.stop >> 2] = Stop.none;
      if (!space.code.hasRoom(2 * MAX_BLOCK + 4)) this.#forgetAll(space);
      const pc = registers.rip;
      // Brings the page in, or says why there is no instruction.
      if (space.blocks.has(pc) || this.#decode(space, pc) !== 0) this.#single(space, pc);
    } finally {
      this.#events = previous;
    }
    const { resumeRecord } = space;
    if (resumeRecord !== 0) return this.run(registers, space, events, 0);
    return state32[S.stop >> 2] === Stop.exception ? this.#exception(space) : PREEMPTED;
  }

  #exception(space: GuestSpace): EngineStop {
    const { state32 } = space;
    const detail = this.#detail;
    this.#detail = undefined;
    return {
      kind: "exception",
      vector: state32[S.stopVector >> 2] as number,
      errorCode: state32[S.stopError >> 2] as number,
      address:
        ((state32[S.stopAddress >> 2] as number) >>> 0) +
        ((state32[(S.stopAddress >> 2) + 1] as number) >>> 0) * 4294967296,
      ...(detail === undefined ? {} : { detail }),
    };
  }

  #stop(space: GuestSpace, reason: number): 0 {
    space.state32[S.stop >> 2] = reason;
    return 0;
  }

  #raise(space: GuestSpace, vector: number, errorCode: number, address = 0, high = 0): false {
    const { state32 } = space;
    state32[S.stop >> 2] = Stop.exception;
    state32[S.stopVector >> 2] = vector;
    state32[S.stopError >> 2] = errorCode;
    state32[S.stopAddress >> 2] = address;
    state32[(S.stopAddress >> 2) + 1] = high;
    return false;
  }

  /** The record of the block at S.rip; decodes it if need be. 0 when the guest cannot go on there. */
  #lookup(space: GuestSpace): number {
    const pc = (space.state32[S.rip >> 2] as number) >>> 0;
    let rec = space.blocks.get(pc);
    if (rec === undefined) {
      const archive = this.#archives?.at(space, pc);
      rec = this.#decode(space, pc, archive);
      if (rec === 0) return 0;
      // Hot in another address space means hot here.
      const region =
        this.#options.translate === false ? undefined : this.#regions.find(space, pc, archive);
      if (region !== undefined) this.#tier.installRegion(space, rec, region);
    }
    const at = jumpCacheIndex(pc) * 4;
    space.jumpCache[at] = pc;
    space.jumpCache[at + 1] = rec;
    const isRegion = space.code.get(rec >>> 0, REC.handler) === SLOT.region;
    const slot = isRegion ? space.code.get(rec >>> 0, REC.slot) : SLOT.enter;
    space.jumpCache[at + 2] = slot;
    space.jumpCache[at + 3] = space.quietSlots.has(slot) ? 1 : 0;
    return rec;
  }

  #jumped(space: GuestSpace, rec: number): number {
    const to = this.#lookup(space) >>> 0;
    if (to === 0) return 0;
    const from = pcOfRecord(space, rec);
    const target = pcOfRecord(space, to);
    for (const region of this.#regions.noteJump(from, target)) this.#tier.uninstall(space, region);
    return to;
  }

  #lookupBody(space: GuestSpace): number {
    const rec = this.#lookup(space);
    return rec === 0 ? 0 : rec + RECORD_SIZE;
  }

  /** @param archive of the code at `pc` */
  #decode(
    space: GuestSpace,
    pc: number,
    archive: Archive | undefined = this.#archives?.at(space, pc),
  ): number {
    if (!space.code.hasRoom(MAX_BLOCK + 2)) return this.#stop(space, Stop.resume);
    for (;;) {
      if (pc >= GUEST_END || ((space.perms[pc >>> PAGE_SHIFT] as number) & Perm.X) === 0) {
        if (!this.#fetch(space, pc)) return 0;
        continue;
      }
      const known = this.#blocks.find(space, pc);
      if (known !== undefined) {
        this.#handlers.instantiateAll(space, known.units);
        const rec = space.code.append(known.words);
        this.#remember(space, pc, pc + known.bytes.length, rec);
        return rec;
      }
      const kept = archive?.block(pc);
      if (kept !== undefined && hasBytes(space, pc, kept.bytes, 4 * kept.end, kept.length)) {
        // It is not cached: the archive is as quick to ask.
        this.#handlers.instantiateAll(space, kept.units);
        const rec = space.code.append(kept.words, kept.start, kept.end);
        this.#remember(space, pc, pc + kept.length, rec);
        return rec;
      }
      const block = decodeBlock(space, pc);
      const { failure } = block;
      if (failure === undefined) {
        const rec = writeBlock(space, this.#handlers, block);
        const at = pc & (PAGE_SIZE - 1);
        const cached = {
          bytes: space.codeBytes(pc >>> PAGE_SHIFT).slice(at, at + block.end - pc),
          words: space.code.since(rec),
          units: this.#handlers.unitsOf(block.insns),
        };
        this.#blocks.add(pc, cached);
        archive?.addBlock(pc, cached);
        this.#remember(space, pc, block.end, rec);
        return rec;
      }
      if (failure.kind === "no-exec") {
        if (!this.#fetch(space, failure.addr)) return 0;
        continue;
      }
      const isInvalid = failure.kind === "invalid";
      if (isInvalid) this.#detail = describeBytes(space, pc);
      this.#raise(space, isInvalid ? Vector.UD : Vector.GP, 0);
      return 0;
    }
  }

  /** Keeps what this run has decoded and translated for the next one. */
  saveArchives(): void {
    this.#archives?.save();
  }

  /** Asks the kernel for an executable page. */
  #fetch(space: GuestSpace, addr: number): boolean {
    space.codeDropped = false;
    if (addr < GUEST_END && this.#events?.pageFault(addr, EXEC) === true) {
      if (((space.perms[addr >>> PAGE_SHIFT] as number) & Perm.X) !== 0) {
        if (!space.codeDropped) return true;
        // Frames of other code may be on the Wasm stack: leave, and fetch again.
        this.#stop(space, Stop.resume);
        return false;
      }
    }
    if ((space.state32[S.stop >> 2] as number) === Stop.none) this.#stop(space, Stop.preempted);
    if (addr >= GUEST_END) this.#raise(space, Vector.PF, PF_USER | PF_INSTRUCTION, addr);
    return false;
  }

  #remember(space: GuestSpace, pc: number, end: number, rec: number): void {
    space.blocks.set(pc, rec);
    const last = (end - 1) >>> PAGE_SHIFT;
    for (let page = pc >>> PAGE_SHIFT; page <= last; page++) {
      const list = space.pageBlocks.get(page);
      if (list === undefined) space.pageBlocks.set(page, [rec]);
      else list.push(rec);
      space.markCode(page);
    }
  }

  /** CodeListener: the page's bytes change. */
  dropCode(space: GuestSpace, page: number): void {
    const regions = space.pageRegions.get(page);
    if (regions !== undefined) {
      space.pageRegions.delete(page);
      for (const region of regions) this.#tier.uninstall(space, region);
    }
    const list = space.pageBlocks.get(page);
    if (list === undefined) return;
    space.pageBlocks.delete(page);
    for (const rec of list) {
      const pc = pcOfRecord(space, rec);
      if (space.blocks.get(pc) === rec) space.blocks.delete(pc);
      space.code.set(rec, REC.handler, SLOT.stale);
      const at = jumpCacheIndex(pc) * 4;
      if (space.jumpCache[at + 1] !== (rec | 0)) continue;
      space.jumpCache[at] = 0;
      space.jumpCache[at + 3] = 0;
    }
  }

  /**
   * Makes every page of [addr, addr + len) accessible.
   * @returns true when it is; false when the guest must leave (S.stop says why)
   */
  #ensure(space: GuestSpace, addr: number, len: number, access: 1 | 2): boolean {
    const missing = access === WRITE ? Perm.NW : Perm.NR;
    const last = Math.floor((addr + len - 1) / 4096);
    for (let page = Math.floor(addr / 4096); page <= last; page++) {
      const at = Math.max(addr, page * 4096);
      for (;;) {
        // Below zero it has wrapped round: the upper half, which is the kernel's.
        if (at < 0 || at >= GUEST_END) {
          const error = PF_USER | (access === WRITE ? PF_WRITE : 0);
          if (at < -(2 ** 47) || at >= 2 ** 47) return this.#raise(space, Vector.GP, 0);
          const high = Math.floor(at / 2 ** 32);
          return this.#raise(space, Vector.PF, error, at - high * 2 ** 32, high);
        }
        const perm = space.perms[page] as number;
        if ((perm & missing) === 0) break;
        if (
          access === WRITE &&
          (perm & (Perm.WRITABLE | Perm.CODE)) === (Perm.WRITABLE | Perm.CODE)
        ) {
          space.dropPage(page);
          continue;
        }
        if (this.#events?.pageFault(at, access) !== true) {
          if ((space.state32[S.stop >> 2] as number) === Stop.none)
            this.#stop(space, Stop.preempted);
          return false;
        }
      }
    }
    return true;
  }

  /** A checked access failed in the interpreter. @returns the record to go on with, or 0 */
  #pageFault(space: GuestSpace, low: number, high: number, info: number, rec: number): number {
    const size = info & 0xffff;
    const access = (info & FAULT_WRITE) !== 0 ? WRITE : READ;
    // In the processor's order: pending x87 exception, alignment, canonical address, page.
    if (isX87ErrorPending(space) && waitsForX87(space, pcOfRecord(space, rec))) {
      this.#raise(space, Vector.MF, 0);
      return 0;
    }
    const isCanonical = high === 0 || high >>> 0 < 0x8000 || high >>> 0 >= 0xffff_8000;
    const isMisaligned = (info & FAULT_ALIGNED) !== 0 && (low & 15) !== 0;
    // FXSAVE and FXRSTOR look at the address first.
    if (isMisaligned && (isCanonical || size <= 16)) {
      this.#raise(space, Vector.GP, 0);
      return 0;
    }
    if (!isCanonical) {
      const isStack = isStackAccess(space, pcOfRecord(space, rec), low, high);
      this.#raise(space, isStack ? Vector.SS : Vector.GP, 0);
      return 0;
    }
    if (high !== 0) {
      this.#raise(space, Vector.PF, PF_USER | (access === WRITE ? PF_WRITE : 0), low, high);
      return 0;
    }
    space.codeDropped = false;
    if (!this.#ensure(space, low >>> 0, size, access)) return 0;
    if (!space.codeDropped) return rec;
    return this.#single(space, pcOfRecord(space, rec));
  }

  /** Leaves Wasm (frames of dropped code may be on its stack) to run the instruction at `pc` alone, without keeping it. */
  #single(space: GuestSpace, pc: number): 0 {
    const block = decodeBlock(space, pc, 1);
    // Without room everything is forgotten first, and the access finds no code in its way.
    const canWrite = block.insns.length > 0 && space.code.hasRoom(2);
    space.resumeRecord = canWrite ? writeBody(space, this.#handlers, block) : 0;
    return this.#stop(space, Stop.resume);
  }

  #syscall(space: GuestSpace): number {
    space.codeDropped = false;
    if (this.#events?.syscall() !== true) return this.#stop(space, Stop.preempted);
    if (space.codeDropped) return this.#stop(space, Stop.resume);
    return 1;
  }

  #helper(space: GuestSpace, machine: SpaceMachine, id: number, next: number): number {
    space.codeDropped = false;
    const mxcsr = space.state32[S.mxcsr >> 2] as number;
    if (!helperById(id)(machine)) return 0;
    // Regions on the Wasm stack hold for the old rounding and denormals only.
    const hasNewMode = (((space.state32[S.mxcsr >> 2] as number) ^ mxcsr) & MXCSR.CONTROL) !== 0;
    if ((!space.codeDropped && !hasNewMode) || next === 0) return 1;
    space.state32[S.rip >> 2] = next;
    return this.#stop(space, Stop.resume);
  }

  /** Translates the blocks at `pcs` and all that they reach at once, entered often or not: for tests. */
  translateNow(space: GuestSpace, pcs: readonly number[]): void {
    const decoded = pcs.filter((pc) => space.blocks.has(pc) || this.#decode(space, pc) !== 0);
    for (const region of this.#regions.together(space, decoded)) {
      const rec = space.blocks.get(region.pc);
      if (rec !== undefined) this.#tier.installRegion(space, rec, region);
    }
  }
}

/** An instruction fetch from where no code can be. */
function fetchFault(rip: number): EngineStop {
  const vector = rip >= 2 ** 47 ? Vector.GP : Vector.PF;
  const errorCode = vector === Vector.PF ? PF_USER | PF_INSTRUCTION : 0;
  return { kind: "exception", vector, errorCode, address: rip };
}

function pcOfRecord(space: GuestSpace, rec: number): number {
  return space.code.get(rec, REC.pc) >>> 0;
}
