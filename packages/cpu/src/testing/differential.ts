/** Runs a random program in both tiers, disturbed in the same ways, and says where they part. */
import type { Engine } from "../engine/engine.ts";
import { decode } from "../isa/decoder.ts";
import { formatInsn } from "../isa/disassembler.ts";
import { S } from "../state.ts";
import { MemoryStore } from "./archive-store.ts";
import { createEngine, Guest, R, STACK_TOP, type Tier, W, X } from "./guest.ts";
import { Prng } from "./prng.ts";
import { ARENA_SIZE, type RandomProgram, randomProgram } from "./random-program.ts";

const UNENDING = "doesn't end";
const STACK_SEEN = 0x2000;
/** Far more than a program needs. */
const TOTAL_FUEL = 100_000;
const LAYOUTS = [
  { code: 0x40_0f80, arena: 0x60_0000 },
  { code: 0x9000_1000, arena: 0x9001_0000 },
  { code: 0xf000_0000, arena: 0xf770_0000 },
] as const;

/** A page fault as the kernel sees it. */
interface FaultSeen {
  readonly address: number;
  readonly access: number;
  readonly registers: string;
}

interface Outcome {
  readonly end: string;
  readonly state: Uint8Array;
  readonly arena: Uint8Array;
  readonly stack: Uint8Array;
  readonly faults: readonly FaultSeen[];
}

export interface Difference {
  readonly seed: number;
  readonly what: string;
  readonly program: RandomProgram;
}

/** How a run is disturbed; the same for both tiers, except for where slices end. */
interface Disturbance {
  /** Units of work in a slice. */
  readonly fuel: number;
  /** Pages of the arena that come when they are touched. */
  readonly isLazy: boolean;
  /** All code is forgotten at the end of some slices (translator only: it must make no difference). */
  readonly dropsCode: boolean;
}

/** An engine keeps all regions that it ever made; a new one now and then keeps the tests' memory small. */
const PROGRAMS_PER_ENGINE = 50;
const engines: Map<Tier, { engine: Engine; uses: number }> = new Map();

/** New engines from here on: what a program shows alone doesn't lean on regions of others. */
export function forgetEngines(): void {
  engines.clear();
}

function engineOf(tier: Tier): Engine {
  let known = engines.get(tier);
  if (known === undefined || known.uses >= PROGRAMS_PER_ENGINE) {
    known = { engine: createEngine(tier), uses: 0 };
    engines.set(tier, known);
  }
  known.uses++;
  return known.engine;
}

const codeAccess = (program: RandomProgram): number =>
  program.isSelfModifying ? R | W | X : R | X;

/** From the start of its first page. */
const codeLength = ({ code, layout }: RandomProgram): number => (layout.code & 4095) + code.length;

function setUp(guest: Guest, program: RandomProgram, seed: number, isLazy: boolean): void {
  const { code, arena } = program.layout;
  guest.load(program.code, code);
  guest.map((code & ~4095) >>> 0, codeLength(program), codeAccess(program));
  const prng = new Prng(seed);
  for (let at = 0; at < ARENA_SIZE; at += 4) {
    const word = prng.chance(0.2) ? 0 : prng.u32();
    guest.space.view.setUint32(arena + at, word, true);
  }
  guest.map(arena, ARENA_SIZE, isLazy ? 0 : R | W);
  guest.space.bytes.fill(0, STACK_TOP - STACK_SEEN, STACK_TOP);
  for (const reg of [0, 1, 2, 6, 7, 8, 9, 10, 11]) {
    const isSmall = prng.chance(0.3);
    guest.registers.setBig(
      reg,
      isSmall ? BigInt(prng.below(256)) : (BigInt(prng.u32()) << 32n) | BigInt(prng.u32()),
    );
  }
  guest.registers.fsBase = arena + 0x2000;
  guest.registers.gsBase = arena + 0x5000;
  const xmm = new DataView(
    guest.space.memory.buffer,
    guest.space.stateBytes.byteOffset + S.xmm,
    256,
  );
  for (let at = 0; at < 256; at += 4) xmm.setUint32(at, prng.u32(), true);
}

function run(
  tier: Tier,
  program: RandomProgram,
  seed: number,
  how: Disturbance,
  engine: Engine = engineOf(tier),
): Outcome {
  const guest = new Guest(tier, engine);
  const { arena, code } = program.layout;
  setUp(guest, program, seed, how.isLazy);
  const faults: FaultSeen[] = [];
  guest.onSyscall = () => true;
  guest.onFault = (address, access) => {
    const { rip, gprs } = guest.snapshot();
    faults.push({
      address,
      access,
      registers: `${rip.toString(16)}: ${gprs.map((r) => BigInt.asUintN(64, r).toString(16)).join(" ")}`,
    });
    const page = address & ~4095;
    const isArena = page >>> 0 >= arena && page >>> 0 < arena + ARENA_SIZE;
    if (!isArena) return false;
    // Read-only first: a write comes again.
    guest.map(page >>> 0, 4096, access === W || faults.length % 2 === 0 ? R | W : R);
    return true;
  };
  let end = UNENDING;
  const prng = new Prng(seed + 1);
  for (let fuel = 0; fuel < TOTAL_FUEL; fuel += how.fuel) {
    const stop = guest.run(how.fuel);
    if (stop.kind !== "preempted") {
      end = JSON.stringify({ ...stop, detail: undefined });
      break;
    }
    if (how.dropsCode && tier === "translator" && prng.chance(0.05)) {
      guest.map((code & ~4095) >>> 0, codeLength(program), R);
      guest.map((code & ~4095) >>> 0, codeLength(program), codeAccess(program));
      guest.space.willWrite(code, code + program.code.length);
    }
  }
  const outcome = {
    end,
    state: guest.state(),
    arena: guest.space.bytes.slice(arena, arena + ARENA_SIZE),
    stack: guest.space.bytes.slice(STACK_TOP - STACK_SEEN, STACK_TOP),
    faults,
  };
  guest.space.release();
  return outcome;
}

/** @returns what differs, or undefined */
export function compareTiers(seed: number): Difference | undefined {
  const prng = new Prng(seed);
  const program = randomProgram(prng, prng.pick(LAYOUTS));
  return compareProgram(seed, program);
}

/** Engines of two processes, one after the other. */
export class Successors {
  readonly #first: MemoryStore = new MemoryStore();
  readonly #second: MemoryStore = new MemoryStore(this.#first.contents);
  readonly #engines: readonly [Engine, Engine] = [
    createEngine("translator", undefined, this.#first),
    createEngine("translator", undefined, this.#second),
  ];

  /** Archives that the second has found. */
  get found(): number {
    return this.#second.loaded;
  }

  /** What the first has translated and kept, the second runs; and that is compared with the interpreter. */
  compare(seed: number): Difference | undefined {
    const prng = new Prng(seed);
    const program = randomProgram(prng, prng.pick(LAYOUTS));
    const how = disturbanceOf(seed);
    const [first, second] = this.#engines;
    this.#first.name = `${seed}`;
    this.#second.name = `${seed}`;
    run("translator", program, seed, how, first);
    first.saveArchives();
    const want = run("interpreter", program, seed, { ...how, fuel: 100_000 });
    const got = run("translator", program, seed, how, second);
    const what = differenceOf(want, got, program.layout.arena);
    return what === undefined ? undefined : { seed, what: `archived: ${what}`, program };
  }
}

function disturbanceOf(seed: number): Disturbance {
  const prng = new Prng(seed ^ 0x5555);
  return {
    fuel: prng.pick([3, 17, 100, 100_000]),
    isLazy: prng.chance(0.4),
    dropsCode: prng.chance(0.3),
  };
}

/** Two runs of one program, disturbed as `seed` says. */
export function compareProgram(seed: number, program: RandomProgram): Difference | undefined {
  const how = disturbanceOf(seed);
  const want = run("interpreter", program, seed, { ...how, fuel: 100_000 });
  const got = run("translator", program, seed, how);
  const what = differenceOf(want, got, program.layout.arena);
  return what === undefined
    ? undefined
    : { seed, what: `${JSON.stringify(how)}: ${what}`, program };
}

function firstDifferent(a: Uint8Array, b: Uint8Array): number {
  return a.findIndex((byte, i) => byte !== b[i]);
}

function differenceOf(want: Outcome, got: Outcome, arena: number): string | undefined {
  // The same work takes the tiers different amounts of fuel, so what doesn't end can't be compared.
  if (want.end === UNENDING || got.end === UNENDING) return undefined;
  for (let i = 0; i < Math.max(want.faults.length, got.faults.length); i++) {
    const [a, b] = [JSON.stringify(want.faults[i]), JSON.stringify(got.faults[i])];
    if (a !== b) return `page fault ${i}: ${b} instead of ${a}`;
  }
  if (want.end !== got.end) return `ends with ${got.end} instead of ${want.end}`;
  const at = firstDifferent(want.state, got.state);
  if (at >= 0) {
    const qword = (s: Uint8Array): string =>
      new DataView(s.buffer, s.byteOffset).getBigUint64(at & ~7, true).toString(16);
    return `state + ${at & ~7}: ${qword(got.state)} instead of ${qword(want.state)}`;
  }
  const inStack = firstDifferent(want.stack, got.stack);
  if (inStack >= 0) return `stack ${(STACK_TOP - STACK_SEEN + inStack).toString(16)} differs`;
  const inArena = firstDifferent(want.arena, got.arena);
  return inArena < 0 ? undefined : `arena ${(arena + inArena).toString(16)} differs`;
}

/** The program as assembly language, nops left out; data between the code shows as what it would be. */
function listing({ code, layout }: RandomProgram): string {
  const lines: string[] = [];
  for (let at = 0; at < code.length; ) {
    const pc = layout.code + at;
    const insn = decode(code, at, code.length, pc);
    const length = insn.row === undefined ? 1 : insn.length;
    const bytes = [...code.subarray(at, at + length)].map((b) => b.toString(16).padStart(2, "0"));
    const text = insn.row === undefined ? "?" : formatInsn(insn);
    if (code[at] !== 0x90) lines.push(`${pc.toString(16)}  ${bytes.join(" ").padEnd(32)} ${text}`);
    at += length;
  }
  return lines.join("\n");
}

export function describeDifference({ seed, what, program }: Difference): string {
  return `seed ${seed}: ${what}\n${listing(program)}`;
}
