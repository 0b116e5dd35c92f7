/** A second engine goes on with what the first has decoded and translated. */
import { expect, test } from "vitest";
import { RAX, Vector } from "../state.ts";
import { MemoryBytes, MemoryStore } from "../testing/archive-store.ts";
import { asm, CODE, createEngine, Guest, R, W, X } from "../testing/guest.ts";
import { ArchiveReader } from "./reader.ts";

const BREAKPOINT = { kind: "exception", vector: Vector.BP };

/** rax = 100 calls of f, which adds one. */
const COUNT = asm(
  `
  mov ecx, 100; xor eax, eax
  1: call f; dec ecx; jnz 1b; int3
  f: add rax, 1; ret`,
  "b96400000031c0e805000000ffc975f7cc4883c001c3",
);
/** The same, adding two. */
const COUNT_BY_TWO = COUNT.map((byte, i) => (i === COUNT.length - 2 ? 2 : byte));

/** Finds no damage. */
const blind = (): Uint8Array => new Uint8Array(32);

function runWith(store: MemoryStore, code: Uint8Array): { regions: number; rax: number } {
  const engine = createEngine("translator", undefined, store);
  const guest = new Guest("translator", engine);
  guest.load(code);
  expect(guest.run()).toMatchObject(BREAKPOINT);
  const rax = guest.registers.get(RAX);
  const { regions } = engine.statistics;
  engine.saveArchives();
  return { regions, rax };
}

test("nothing is translated twice", () => {
  const store = new MemoryStore();
  const first = runWith(store, COUNT);
  expect(first.rax).toBe(100);
  expect(first.regions).toBeGreaterThan(0);
  expect(runWith(new MemoryStore(store.contents), COUNT)).toEqual({ regions: 0, rax: 100 });
});

test("of code that differs nothing is taken over", () => {
  const store = new MemoryStore();
  runWith(store, COUNT);
  const second = runWith(new MemoryStore(store.contents), COUNT_BY_TWO);
  expect(second.rax).toBe(200);
  expect(second.regions).toBeGreaterThan(0);
});

test("what has changed takes the place of what was kept", () => {
  const store = new MemoryStore();
  for (const code of [COUNT, COUNT_BY_TWO]) runWith(store, code);
  expect(runWith(store, COUNT_BY_TWO)).toEqual({ regions: 0, rax: 200 });
});

test("an archive that is damaged is as good as none", () => {
  const store = new MemoryStore();
  runWith(store, COUNT);
  const whole = store.contents.get("program") as Uint8Array;
  for (const damage of [new Uint8Array(0), whole.subarray(0, 64), whole.map((b) => b ^ 0x20)]) {
    const damaged = new MemoryStore(new Map([["program", damage]]));
    const { rax, regions } = runWith(damaged, COUNT);
    expect(rax).toBe(100);
    expect(regions).toBeGreaterThan(0);
  }
});

/** Changes the unpacked code of each region, whose words are given, and says where it begins. */
function damageCode(store: MemoryStore, damage: (code: Uint8Array, words: Uint32Array) => void) {
  const bytes = (store.contents.get("program") as Uint8Array).slice();
  const reader = ArchiveReader.open("program", new MemoryBytes(bytes), blind) as ArchiveReader;
  for (const { pc, offset, words, packed, length } of reader.regionEntries()) {
    const code = store.unpack(reader.packed(pc) as Uint8Array, length) as Uint8Array<ArrayBuffer>;
    damage(code, new Uint32Array(code.buffer));
    bytes.set(store.pack(code).subarray(0, packed), 4 * (offset + words));
  }
  store.contents.set("program", bytes);
  return reader.regionCount;
}

test.each([
  { what: "code that isn't any", damage: (code: Uint8Array) => code.fill(0xff, -8) },
  { what: "code of no slots", damage: (_: Uint8Array, words: Uint32Array) => words.fill(0, 1, 2) },
  {
    what: "code with more hints than bytes",
    damage: (_: Uint8Array, w: Uint32Array) => w.fill(~0, 3, 4),
  },
])("$what is translated anew", ({ damage }) => {
  const store = new MemoryStore();
  store.hash = blind;
  runWith(store, COUNT);
  expect(damageCode(store, damage)).toBeGreaterThan(0);
  const { rax, regions } = runWith(store, COUNT);
  expect(rax).toBe(100);
  expect(regions).toBeGreaterThan(0);
});

test("what cannot be unpacked is translated anew", () => {
  const store = new MemoryStore();
  store.hash = blind;
  runWith(store, COUNT);
  store.unpack = () => undefined;
  expect(runWith(store, COUNT).regions).toBeGreaterThan(0);
});

test("with any byte changed code does what it does, and the next run has a whole archive", () => {
  const store = new MemoryStore();
  runWith(store, COUNT);
  const whole = store.contents.get("program") as Uint8Array;
  // Few things in it are as small.
  for (let at = 0; at < whole.length; at += 52) {
    const bytes = whole.slice();
    bytes[at] = (bytes[at] as number) ^ 1;
    const damaged = new MemoryStore(new Map([["program", bytes]]));
    expect(runWith(damaged, COUNT).rax, `byte ${at}`).toBe(100);
    expect(runWith(damaged, COUNT), `byte ${at}`).toEqual({ regions: 0, rax: 100 });
  }
});

test("code that changes after it was taken over is forgotten as any", () => {
  const store = new MemoryStore();
  runWith(store, COUNT);
  const engine = createEngine("translator", undefined, new MemoryStore(store.contents));
  const guest = new Guest("translator", engine);
  guest.load(COUNT);
  guest.map(CODE, 4096, R | W | X);
  expect(guest.run()).toMatchObject(BREAKPOINT);
  guest.write(CODE, COUNT_BY_TWO);
  guest.registers.rip = CODE;
  expect(guest.run()).toMatchObject(BREAKPOINT);
  expect(guest.registers.get(RAX)).toBe(200);
});

test("keeping twice keeps everything", () => {
  const store = new MemoryStore();
  const engine = createEngine("translator", undefined, store);
  const guest = new Guest("translator", engine);
  guest.load(COUNT);
  expect(guest.run()).toMatchObject(BREAKPOINT);
  engine.saveArchives();
  const once = store.contents.get("program");
  engine.saveArchives();
  expect(store.contents.get("program")).toBe(once);
  expect(runWith(new MemoryStore(store.contents), COUNT).regions).toBe(0);
});
