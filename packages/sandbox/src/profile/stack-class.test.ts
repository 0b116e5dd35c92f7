import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CALLER_OF_HELPERS, CALLERS_OF_HANDLERS, OWN_FRAMES } from "./own-frames.ts";
import { Classifier } from "./stack-class.ts";

const SOURCES = [
  "kernel/src/arch/x86",
  "kernel/src/kernel",
  "kernel/src/mm",
  "cpu/src",
  "sandbox/src",
];

/** A stack from the outermost call: names of Wasm's functions begin with a colon. */
function classOf(...names: string[]) {
  const frames = names.map((name) =>
    name.startsWith(":")
      ? { functionName: name.slice(1), url: "wasm://wasm/1" }
      : { functionName: name, url: "file:///a.js" },
  );
  return new Classifier().of({ frames });
}

test("regions are told from their names, in the order of their calls", () => {
  const found = classOf(
    "runSlice",
    "run",
    ":wasm-function[3]",
    ":guest 0x401000",
    ":guest 0x402abc",
  );
  expect(found).toMatchObject({
    isGuest: true,
    regions: [0x40_1000, 0x40_2abc],
    isInterpretedBelow: true,
    isInterpretedAbove: false,
    tail: [],
    tier: "translated regions",
  });
});

test("other functions of Wasm are the interpreter's", () => {
  const found = classOf("run", ":guest 0x401000", ":wasm-function[12]");
  expect(found).toMatchObject({ isInterpretedAbove: true, tier: "interpreter" });
});

test("a system call is known by its handler, whatever that calls", () => {
  const found = classOf(
    ":guest 0x1000",
    "#syscall",
    "syscall",
    "#call",
    "openat",
    "handleFault",
    "x",
  );
  expect(found.tail).toEqual([{ kind: 2, label: "openat" }]);
  expect(found).toMatchObject({ tier: "kernel", isGuest: true });
});

test("a call that is made again has no guest code on the stack, and is the guest's all the same", () => {
  expect(classOf("runSlice", "#runSlice", "#call", "read", "block")).toMatchObject({
    isGuest: true,
    regions: [],
    tier: "kernel",
  });
});

test("a helper is guest code, by its name", () => {
  const found = classOf(":guest 0x1000", "#helper", "repMovs", "commit");
  expect(found).toMatchObject({ helper: "repMovs", tier: "helpers" });
  expect(found.tail).toEqual([{ kind: 1, label: "[repMovs]" }]);
});

test("translation shows what it is at", () => {
  const found = classOf(":guest 0x1000", "#hot", "#translate", "Module");
  expect(found.tail.map(({ label }) => label)).toEqual(["translate", "compile (V8)"]);
  expect(found.tier).toBe("compile (V8)");
});

test("waiting for events is no work", () => {
  expect(classOf("(root)", "(idle)").isIdle).toBe(true);
  expect(classOf("(root)", "(program)").isIdle).toBe(false);
});

test("functions that are looked for by name are in the sources", () => {
  const text = SOURCES.flatMap((folder) => {
    const path = join(import.meta.dirname, "../../..", folder);
    return readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.startsWith("profile/"))
      .map((name) => readFileSync(join(path, name), "utf8"));
  }).join("\n");
  const ofV8 = ["Module", "Instance", "(garbage collector)", "(program)"];
  const ofThisFolder = ["look", "startCpuProfile", "#fold"];
  const names = [...OWN_FRAMES.keys(), ...CALLERS_OF_HANDLERS, CALLER_OF_HELPERS];
  const missing = names.filter((name) => !text.includes(`${name}(`));
  expect(missing.sort()).toEqual(
    [...ofV8, ...ofThisFolder].filter((n) => missing.includes(n)).sort(),
  );
});
