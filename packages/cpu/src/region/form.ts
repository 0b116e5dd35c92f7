/**
 * Forms a region: the blocks that are translated into one Wasm function.
 *
 * A region has one entry. It follows direct jumps, both ways of branches, and goes on after calls, where the
 * interpreter has been often enough, until it has MAX_BLOCKS blocks; everything beyond is an exit. Another entry into
 * the same code (a return address, a loop that was left for its slice's end) becomes a region of its own when it is
 * hot: code twice, but every region is single-entry and nearly always reducible.
 *
 * Small functions are taken in where they are called: a call between regions costs some 10 ns, as much as thirty
 * instructions. Each such call is a `Frame`, and has blocks of its own. A block is known by its key: frame and pc.
 */
import type { Flow, Insn } from "../isa/insn.ts";

const MAX_BLOCKS = 128;
/** Instructions in a region at the most: V8's optimiser takes about 12 ms per KiB of hot x86. */
const MAX_INSNS = 800;
/** How much of that the function's own code may take before there is room for what it calls. */
const OWN_SHARE = 3 / 4;
/** What even the latest copy may have. */
const MIN_INSNS = 100;
/** Warm instructions of a function that is taken in where it is called. */
const MAX_INLINE = 100;
/** Calls in one another that are taken in. */
const MAX_FRAMES_DEEP = 4;
/** Targets of an indirect call: if it has more, none is taken in. */
const MAX_CALLEES = 3;

/** A call that the region does in place. */
export interface Frame {
  /** 1, 2, …: the region's own function is 0, and has no frame. */
  readonly id: number;
  /** Key of the block where it is left for what the region doesn't have. An indirect call's frames have one exit. */
  readonly exit: number;
  /** Of the function that is called. */
  readonly entry: number;
  /** Where it returns to, in the frame of the caller. */
  readonly returnKey: number;
  readonly caller: Frame | undefined;
  readonly depth: number;
}

const KEY_FRAME = 2 ** 32;
const keyOf = (frame: Frame | undefined, pc: number): number => (frame?.id ?? 0) * KEY_FRAME + pc;
/** The pc of a block's key. */
export const pcOf = (key: number): number => key % KEY_FRAME;
export interface RegionBlock {
  readonly key: number;
  readonly pc: number;
  readonly insns: readonly Insn[];
  /** Address after the last instruction: where the block falls through to. */
  readonly end: number;
  /** Keys of blocks inside or outside of the region: taken, not taken; or the known targets of an indirect jump. */
  readonly successors: readonly number[];
  /** The call that the block belongs to; undefined: the region's own function. */
  readonly frame: Frame | undefined;
  /**
   * The call at the block's end is done in place: successors are the functions' first blocks, and the frames' exit for
   * other targets of an indirect call.
   */
  readonly isInlined: boolean;
  /** What leaves its frame goes through here, as a call of what is elsewhere. It has no instructions. */
  readonly isExit: boolean;
  /** Key of the frame's exit. */
  readonly exit: number | undefined;
}

/** How control leaves the block. */
export const flowOf = ({ insns }: RegionBlock): Flow => insns[insns.length - 1]?.row.flow ?? "next";

export interface Region {
  readonly entry: number;
  /** By key. */
  readonly blocks: ReadonlyMap<number, RegionBlock>;
  /** Half-open byte ranges that were translated. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
}

/** Decodes at `pc`, or says why it cannot (then the region ends there). */
export type Fetch = (pc: number) => Insn | { readonly row?: undefined };

/** What the interpreter has seen. */
export interface Profile {
  /** Where the indirect jump or call at a pc has gone to. */
  readonly targets: (pc: number) => readonly number[];
  /** Whether the block at a pc runs often enough to be worth translating. */
  readonly isWarm: (pc: number) => boolean;
  /** How many regions have translated the block at a pc already. */
  readonly copies: (pc: number) => number;
}

/** @returns undefined when not even the first instruction can be translated */
export function formRegion(entry: number, fetch: Fetch, profile: Profile): Region | undefined {
  return new Former(entry, fetch, profile).form();
}

interface Leader {
  readonly key: number;
  readonly frame: Frame | undefined;
}

interface Call {
  readonly key: number;
  readonly insn: Insn;
  readonly caller: Frame | undefined;
}

/** Of a function's warm code. */
interface Size {
  readonly insns: number;
  readonly blocks: number;
}
const TOO_LARGE: Size = { insns: MAX_INLINE + 1, blocks: 0 };

class Former {
  readonly #entry: number;
  readonly #fetch: Fetch;
  readonly #profile: Profile;
  /** By key, as all maps here. */
  readonly #insns: Map<number, Insn> = new Map();
  readonly #leaders: Map<number, Leader> = new Map();
  /** Leaders that have not been followed. */
  #pending: Leader[] = [];
  /** Calls that may be done in place, as far as there is room. */
  readonly #calls: Call[] = [];
  /** Calls that are done in place, by the key of the call instruction. */
  readonly #inlined: Map<number, readonly Frame[]> = new Map();
  #frames = 0;
  readonly #sizes: Map<number, Size> = new Map();
  /** Code that is in other regions already is entered here from a new side: each copy takes in less around it. */
  readonly #limit: number;
  /** Instructions and blocks so far. */
  #count = 0;
  #blocks = 0;

  constructor(entry: number, fetch: Fetch, profile: Profile) {
    this.#entry = entry;
    this.#fetch = fetch;
    this.#profile = profile;
    this.#limit = Math.max(MIN_INSNS, MAX_INSNS >> profile.copies(entry));
  }

  form(): Region | undefined {
    this.#reach(this.#entry, undefined);
    // The function's own code comes first: what of it has no room is entered from outside, block by block.
    for (const share of [OWN_SHARE, 1]) {
      this.#followAll(share);
      for (let call = this.#calls.shift(); call !== undefined; call = this.#calls.shift()) {
        this.#inline(call);
      }
    }
    if (!this.#insns.has(this.#entry)) return undefined;
    const blocks = new Map<number, RegionBlock>();
    for (const { key, frame } of this.#leaders.values()) {
      if (this.#insns.has(key)) blocks.set(key, this.#cut(key, frame));
    }
    for (const frame of [...this.#inlined.values()].flat()) {
      if (blocks.has(keyOf(frame, frame.entry))) blocks.set(frame.exit, exitBlock(frame));
    }
    return { entry: this.#entry, blocks, ranges: rangesOf(blocks) };
  }

  #reach(key: number, frame: Frame | undefined): void {
    if (this.#leaders.has(key)) return;
    const leader = { key, frame };
    this.#leaders.set(key, leader);
    this.#pending.push(leader);
  }

  /** Follows what has been reached, breadth first: what is near the entry gets in first. */
  #followAll(share: number): void {
    while (this.#blocks < share * MAX_BLOCKS && this.#count < share * this.#limit) {
      const leader = this.#pending.shift();
      if (leader === undefined) return;
      this.#blocks++;
      this.#follow(leader.key, leader.frame);
    }
  }

  /** Decodes from a leader to the end of its block. */
  #follow(leader: number, frame: Frame | undefined): void {
    let key = leader;
    while (!this.#insns.has(key) && this.#count < this.#limit) {
      const insn = this.#fetch(pcOf(key));
      if (insn.row === undefined || !isTranslatable(insn)) return;
      this.#insns.set(key, insn);
      this.#count++;
      if (insn.row.flow === "next") {
        key += insn.length;
        continue;
      }
      if (insn.row.flow === "call" || insn.row.flow === "call*") {
        this.#calls.push({ key, insn, caller: frame });
      }
      for (const target of this.#successors(key, insn, frame)) {
        if (this.#profile.isWarm(pcOf(target))) this.#reach(target, frame);
      }
      return;
    }
  }

  /** Takes in the functions that are called, if they are small and warm and there is room for all of them. */
  #inline({ key, insn, caller }: Call): void {
    const target = insn.operands[0];
    const direct = target?.kind === "rel" ? [target.target] : [];
    const known = insn.row.flow === "call" ? direct : this.#profile.targets(insn.pc);
    const returnKey = key + insn.length;
    const depth = (caller?.depth ?? 0) + 1;
    if (known.length > MAX_CALLEES || depth > MAX_FRAMES_DEEP) return;
    if (!this.#profile.isWarm(pcOf(returnKey))) return;
    const entries = known.filter((entry) => this.#mayInline(entry, caller));
    const sizes = entries.map((entry) => this.#sizeOf(entry));
    const insns = sizes.reduce((sum, size) => sum + size.insns, this.#count);
    const blocks = sizes.reduce((sum, size) => sum + size.blocks, this.#blocks);
    if (entries.length === 0 || insns > this.#limit || blocks > MAX_BLOCKS) return;
    const exit = (this.#frames + 1) * KEY_FRAME;
    const frames = entries.map((entry) => {
      return { id: ++this.#frames, entry, returnKey, exit, caller, depth };
    });
    this.#inlined.set(key, frames);
    const own = this.#pending;
    this.#pending = [];
    for (const frame of frames) this.#reach(keyOf(frame, frame.entry), frame);
    this.#followAll(1);
    this.#pending = [...own, ...this.#pending];
  }

  #mayInline(entry: number, caller: Frame | undefined): boolean {
    if (entry === this.#entry || this.#sizeOf(entry).insns > MAX_INLINE) return false;
    for (let f = caller; f !== undefined; f = f.caller) if (f.entry === entry) return false;
    return true;
  }

  /** What is warm of the function at `entry`, without what it calls; TOO_LARGE where that is more than MAX_INLINE, or nothing. */
  #sizeOf(entry: number): Size {
    let size = this.#sizes.get(entry);
    if (size === undefined) {
      size = this.#profile.isWarm(entry) ? this.#measure(entry) : TOO_LARGE;
      this.#sizes.set(entry, size);
    }
    return size;
  }

  #measure(entry: number): Size {
    const seen = new Set<number>();
    const leaders = new Set<number>([entry]);
    const stack = [entry];
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      while (!seen.has(pc)) {
        const insn = this.#fetch(pc);
        if (insn.row === undefined || !isTranslatable(insn)) break;
        seen.add(pc);
        if (seen.size > MAX_INLINE) return TOO_LARGE;
        const next: number = pc + insn.length;
        if (insn.row.flow !== "next") {
          const targets = localTargets(insn, next, this.#profile);
          for (const target of targets) {
            if (!this.#profile.isWarm(target)) continue;
            leaders.add(target);
            stack.push(target);
          }
          break;
        }
        pc = next;
      }
    }
    return seen.size === 0 ? TOO_LARGE : { insns: seen.size, blocks: leaders.size };
  }

  /** Keys of the blocks that the instruction at `key` leads to, unless it is a call done in place. */
  #successors(key: number, insn: Insn, frame: Frame | undefined): readonly number[] {
    if (insn.row.flow === "ret" && frame !== undefined) return [frame.returnKey];
    const next = pcOf(key) + insn.length;
    return localTargets(insn, next, this.#profile).map((pc) => keyOf(frame, pc));
  }

  #cut(leader: number, frame: Frame | undefined): RegionBlock {
    const insns: Insn[] = [];
    const ending = (
      end: number,
      successors: readonly number[],
      isInlined = false,
    ): RegionBlock => ({
      key: leader,
      pc: pcOf(leader),
      insns,
      end: pcOf(end),
      successors,
      frame,
      isInlined,
      isExit: false,
      exit: frame?.exit,
    });
    for (let key = leader; ; ) {
      const insn = this.#insns.get(key);
      if (insn === undefined) return ending(key, [key]);
      insns.push(insn);
      const next = key + insn.length;
      if (insn.row.flow !== "next") {
        const inlined = this.#inlined.get(key);
        if (inlined === undefined) return ending(next, this.#successors(key, insn, frame));
        const first = inlined.map((f) => keyOf(f, f.entry)).filter((k) => this.#insns.has(k));
        // Without room for an instruction it is a call as any other.
        if (first.length === 0) return ending(next, [next]);
        if (insn.row.flow === "call*") first.push((inlined[0] as Frame).exit);
        return ending(next, first, true);
      }
      key = next;
      if (this.#leaders.has(key)) return ending(key, [key]);
    }
  }
}

function exitBlock(frame: Frame): RegionBlock {
  return {
    key: frame.exit,
    pc: 0,
    insns: [],
    end: pcOf(frame.returnKey),
    successors: [frame.returnKey],
    // What comes after it is the caller's.
    frame: frame.caller,
    isInlined: false,
    isExit: true,
    exit: frame.caller?.exit,
  };
}

function isTranslatable(insn: Insn): boolean {
  return insn.row.flow !== "stop";
}

/** Where control can go within the same function. */
export function localTargets(insn: Insn, next: number, profile: Profile): readonly number[] {
  const target = insn.operands[0];
  switch (insn.row.flow) {
    case "jump":
      return target?.kind === "rel" ? [target.target] : [];
    case "jump*":
      return profile.targets(insn.pc);
    case "branch":
      return target?.kind === "rel" ? [target.target, next] : [next];
    case "call":
    case "call*":
    case "syscall":
      return [next];
    default:
      return [];
  }
}

function rangesOf(blocks: ReadonlyMap<number, RegionBlock>): { start: number; end: number }[] {
  const sorted = [...blocks.values()].filter((b) => !b.isExit).sort((a, b) => a.pc - b.pc);
  const ranges: { start: number; end: number }[] = [];
  for (const b of sorted) {
    const last = ranges[ranges.length - 1];
    if (last !== undefined && b.pc <= last.end) last.end = Math.max(last.end, b.end);
    else ranges.push({ start: b.pc, end: b.end });
  }
  return ranges;
}
