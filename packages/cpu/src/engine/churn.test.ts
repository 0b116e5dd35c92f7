/** A guest that compiles for ever: what is kept of its old code stays within bounds, and none of it is run. */
import { describe, expect, test } from "vitest";
import { RAX, Vector } from "../state.ts";
import { CODE, createEngine, Guest, hex, R, TIERS, W, X } from "../testing/guest.ts";

const PLACES = 4;
const ROUNDS = 100;

/** mov ecx, 40; mov eax, n; L: add eax, n; dec ecx; jnz L; int3: n × 41 in rax. */
function code(n: number): Uint8Array {
  const imm = n.toString(16).padStart(2, "0");
  return hex(`b928000000 b8${imm}000000 05${imm}000000 ffc9 75f7 cc`);
}

/** Writes `n` to each place and runs it. */
function round(guest: Guest, n: number): void {
  for (let place = 0; place < PLACES; place++) {
    const at = CODE + 0x1000 * place + place;
    guest.write(at, code(n));
    guest.registers.rip = at;
    expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.BP });
    expect(guest.registers.get(RAX)).toBe(41 * n);
  }
}

function writable(guest: Guest): Guest {
  guest.map(CODE, 0x1000 * PLACES, R | W | X);
  return guest;
}

describe.each(TIERS)("%s", (tier) => {
  test("code written anew again and again", () => {
    const guest = writable(new Guest(tier));
    for (let n = 1; n <= ROUNDS; n++) round(guest, n);
    const { regions, keptRegions, keptBlocks } = guest.engine.statistics;
    // A region each round, of the loop or the function; four of each are kept.
    if (tier === "translator") expect(regions).toBeGreaterThanOrEqual(PLACES * ROUNDS);
    expect(keptRegions).toBeLessThanOrEqual(4 * 2 * PLACES);
    expect(keptBlocks).toBeLessThanOrEqual(8 * 3 * PLACES);
    expect(guest.space.units.size).toBeLessThanOrEqual(4 * 2 * PLACES + 20);
  });

  test("what another address space runs is kept for it", () => {
    const engine = createEngine(tier);
    const [churner, other] = [writable(new Guest(tier, engine)), writable(new Guest(tier, engine))];
    round(other, 1);
    const before = engine.statistics.regions;
    for (let n = 2; n <= 20; n++) round(churner, n);
    const made = engine.statistics.regions;
    round(other, 1);
    round(churner, 20);
    expect(engine.statistics.regions).toBe(made);
    if (tier === "translator") expect(made).toBeGreaterThan(before);
  });
});
