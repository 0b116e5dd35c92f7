/** Functions of regions do the same in a module of their own and in one with others. */
import { expect, test } from "vitest";
import { readCode, writeCode } from "../archive/code-piece.ts";
import { global, I32, i32 } from "../emit/value.ts";
import { FunctionBuilder } from "../wasm/function-builder.ts";
import { assembleRegions, type RegionCode, regionName, SLOTS } from "./region-module.ts";

/** Returns the sum of the slots of regions at `slots`. */
function sumOf(pc: number, slots: readonly number[]): RegionCode {
  const f = new FunctionBuilder(1);
  const sum = slots.map((_, i) => global(i)).reduce((a, b) => i32.add(a, b), i32.const(0));
  f.newLocal(I32);
  f.push(sum);
  return { pc, code: f.finish(), slots };
}

const REGIONS = [
  sumOf(0x1000, [0x1000, 0x2000]),
  sumOf(0x2000, [0x3000, 0x1000, 0x4000]),
  sumOf(0x3000, []),
  sumOf(
    0x4000,
    Array.from({ length: 300 }, (_, i) => 0x5000 + i),
  ),
];

const nothing = (): number => 0;
/** What every region imports. */
const env = new Proxy<Record<string, WebAssembly.ExportValue>>(
  {
    memory: new WebAssembly.Memory({ initial: 65536, maximum: 65536, shared: true }),
    table: new WebAssembly.Table({ initial: 0, element: "anyfunc" }),
  },
  { get: (own, name) => own[name as string] ?? nothing },
);
/** A slot is the pc, and one. */
const slots = new Proxy({}, { get: (_, name) => Number(name) + 1 });

function run(regions: readonly RegionCode[]): unknown[] {
  const module = new WebAssembly.Module(assembleRegions(regions));
  const { exports } = new WebAssembly.Instance(module, { env, [SLOTS]: slots });
  return regions.map((_, i) => (exports[regionName(i)] as (depth: number) => number)(0));
}

const sums = REGIONS.map(({ slots: own }) => own.reduce((sum, pc) => sum + pc + 1, 0));

test("each uses its own slots, alone and together, in any order", () => {
  expect(run(REGIONS)).toEqual(sums);
  expect(run([...REGIONS].reverse())).toEqual([...sums].reverse());
  for (const [i, region] of REGIONS.entries()) expect(run([region])).toEqual([sums[i]]);
});

test("as bytes they are the same", () => {
  const read = REGIONS.map((region) => readCode(writeCode(region)) as RegionCode);
  expect(run(read)).toEqual(sums);
});

test("what was cut, or uses slots that it does not have, is no code", () => {
  const [region] = REGIONS as [RegionCode, ...RegionCode[]];
  const bytes = writeCode(region);
  for (let n = 0; n < bytes.length - 3; n++) {
    expect(readCode(bytes.slice(0, n)), `${n} bytes`).toBeUndefined();
  }
  expect(readCode(writeCode({ ...region, slots: [0x1000] }))).toBeUndefined();
  const beyond = { ...region.code, globals: [region.code.bytes.length - 4] };
  expect(readCode(writeCode({ ...region, code: beyond }))).toBeUndefined();
});
