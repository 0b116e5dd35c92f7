/** Programs that are none: the guest gets what Linux gives it, the person one line, and nobody a stack of ours. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type ElfOptions, EXIT_7, elf, MACHINES, writeProgram } from "./elf.ts";
import { useFolder } from "./folder.ts";
import { isSlowSet, needHost } from "./needs.ts";
import { inSandbox, kernelet, onHost } from "./run.ts";

const folder = useFolder();

function program(name: string, bytes: Uint8Array): string {
  return writeProgram(join(folder.path, name), bytes);
}

/** One line of ours, with no trace of JavaScript in it. */
const ONE_LINE = /^kernelet: [^\n]+\n$/;
const STACK = /^\s+at |\.ts:\d+|\.js:\d+|node:internal/m;

function expectOneLine(stderr: string): void {
  expect(stderr).toMatch(ONE_LINE);
  expect(stderr).not.toMatch(STACK);
}

test("a good program made the same way runs", async () => {
  expect(await inSandbox([program("good", elf())])).toMatchObject({ code: 7, stderr: "" });
});

describe("what cannot be executed", () => {
  const cases: readonly { title: string; bytes: () => Uint8Array; says?: RegExp }[] = [
    {
      title: "a 32-bit program",
      bytes: () => elf({ elfClass: 1, machine: MACHINES.i386 }),
      says: /32-bit/,
    },
    {
      title: "a 32-bit Arm program",
      bytes: () => elf({ elfClass: 1, machine: MACHINES.arm }),
      says: /32-bit|Arm/,
    },
    {
      title: "a 64-bit Arm program",
      bytes: () => elf({ machine: MACHINES.aarch64 }),
      says: /Arm|AArch64/i,
    },
    { title: "a header cut short", bytes: () => elf().subarray(0, 40) },
    { title: "program headers beyond the end", bytes: () => elf({ phoff: 1 << 30 }) },
    { title: "program headers of another size", bytes: () => elf({ phentsize: 32 }) },
    { title: "an unknown format", bytes: () => new Uint8Array([1, 2, 3, 4, 0, 0, 0, 0]) },
    { title: "an empty file", bytes: () => new Uint8Array(0) },
  ];
  for (const { title, bytes, says } of cases) {
    test(title, async () => {
      const { code, stdout, stderr } = await inSandbox([program("bad", bytes())]);
      expect({ code, stdout }).toEqual({ code: 126, stdout: "" });
      expectOneLine(stderr);
      if (says !== undefined) expect(stderr).toMatch(says);
    });
  }

  test("a missing interpreter is named", async () => {
    const bytes = elf({ interpreter: "/lib64/ld-nosuch.so.1" });
    const { code, stderr } = await inSandbox([program("interp", bytes)]);
    expect(code).toBe(127);
    expectOneLine(stderr);
    expect(stderr).toContain("/lib64/ld-nosuch.so.1");
  });

  test("a missing interpreter of a script is named", async () => {
    const script = program("script", new TextEncoder().encode("#!/nosuch/interpreter -x\n"));
    const { code, stderr } = await inSandbox([script]);
    expect(code).toBe(127);
    expectOneLine(stderr);
    expect(stderr).toContain("/nosuch/interpreter");
  });

  test("a folder, a file without x, a file that is not there", async () => {
    const plain = join(folder.path, "plain");
    writeFileSync(plain, "text");
    for (const [path, code] of [
      ["/usr", 126],
      [plain, 126],
      ["/nosuch", 127],
      ["nosuch", 127],
    ] as const) {
      const outcome = await inSandbox([path]);
      expect(outcome.code, path).toBe(code);
      expectOneLine(outcome.stderr);
    }
  });
});

describe("in the sandbox, a shell sees what it sees on the host", () => {
  const cases: readonly { title: string; options?: ElfOptions; end?: number; interp?: string }[] = [
    { title: "a header cut short", end: 40 },
    { title: "code cut short", end: 130 },
    { title: "no program headers where they should be", options: { phoff: 1 << 30 } },
    { title: "program headers of another size", options: { phentsize: 32 } },
    { title: "Arm", options: { machine: MACHINES.aarch64 } },
    { title: "a missing interpreter", options: { interpreter: "/nosuch" } },
    { title: "an interpreter that is no program", options: { interpreter: "/etc/passwd" } },
    { title: "an entry outside the program", options: { entry: 0x10 } },
    { title: "a segment longer than the file", options: { filesz: 1 << 20 } },
  ];
  for (const { title, options, end } of cases) {
    test(title, async (context) => {
      needHost(context, "sh");
      const path = program("bad", elf(options).subarray(0, end));
      const argv = ["sh", "-c", `'${path}' 2>/dev/null; echo $?`];
      const guest = await inSandbox(argv);
      expect(guest.stdout).toBe((await onHost(argv)).stdout);
    });
  }
});

/** Instructions that end a program, and the signal they end it with on any x86-64. */
const FAULTS: readonly { title: string; code: readonly number[]; signal: number }[] = [
  { title: "ud2", code: [0x0f, 0x0b], signal: 4 },
  { title: "push es, which 64-bit mode has not", code: [0x06], signal: 4 },
  { title: "hlt", code: [0xf4], signal: 11 },
  { title: "cli", code: [0xfa], signal: 11 },
  { title: "int3", code: [0xcc], signal: 5 },
  { title: "int 0x42", code: [0xcd, 0x42], signal: 11 },
  { title: "a division by zero", code: [0x31, 0xc9, 0xf7, 0xf1], signal: 8 },
  { title: "a read of address 0", code: [0x31, 0xc0, 0x8b, 0x00], signal: 11 },
  { title: "a jump to address 0", code: [0x31, 0xc0, 0xff, 0xe0], signal: 11 },
  {
    title: "a read of a non-canonical address",
    code: [0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x8b, 0x00],
    signal: 11,
  },
  { title: "sixteen prefixes", code: [...new Array(16).fill(0x66), 0x90], signal: 11 },
  { title: "the end of the code", code: [0x90], signal: 11 },
];

describe("code that faults", () => {
  for (const { title, code, signal } of FAULTS) {
    test(title, async (context) => {
      // The page is filled with zeros behind the code: `add [rax], al`.
      const path = program("fault", elf({ code }));
      const guest = await inSandbox([path]);
      expect(guest.code).toBe(128 + signal);
      expectOneLine(guest.stderr);
      needHost(context);
      expect((await onHost([path])).code).toBe(guest.code);
    });
  }
});

test("an unimplemented instruction is SIGILL, and is named with its bytes and address", async () => {
  const vaddps = [0xc5, 0xfc, 0x58, 0xc1]; // vaddps ymm0, ymm0, ymm1
  const { code, stderr } = await inSandbox([
    program("avx", elf({ code: [0x90, ...vaddps, ...EXIT_7] })),
  ]);
  expect(code).toBe(128 + 4);
  expectOneLine(stderr);
  expect(stderr).toMatch(/c5 ?fc ?58 ?c1/);
  expect(stderr).toContain("400079");
});

/** Always the same, so that a failure can be repeated. */
function randomBytes(seed: number, length: number): number[] {
  let state = seed * 2654435761;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

describe("random bytes as code", () => {
  const count = isSlowSet ? 40 : 4;
  for (let seed = 1; seed <= count; seed++) {
    test(`seed ${seed}`, async () => {
      const path = program("random", elf({ code: randomBytes(seed, 400) }));
      // They may loop, and they may exit: what must not happen is that we fail.
      const { code, stderr } = await kernelet(["do", "--timeout", "20s", "--", path]);
      expect(code).not.toBe(125);
      expect(stderr).not.toMatch(STACK);
      expect(stderr.split("\n").length).toBeLessThanOrEqual(2);
    });
  }
});
