/** Flags that are read far from where they were set: what a region computes late must be what was set. */
import { expect, test } from "vitest";
import { EFLAGS, RAX, RBX, Vector } from "../state.ts";
import { asm, DATA, Guest, R, TIERS, W } from "../testing/guest.ts";

const STATUS = EFLAGS.CF | EFLAGS.PF | EFLAGS.AF | EFLAGS.ZF | EFLAGS.SF | EFLAGS.OF;

/** The flags at each pushf of a loop's last turn, as their letters; the loop counts in ebx. */
function flagsOf(tier: (typeof TIERS)[number], code: Uint8Array): string[] {
  const guest = new Guest(tier);
  guest.load(code);
  guest.map(DATA, 0x1000, R | W);
  guest.onSyscall = () => true;
  guest.registers.set(RBX, 20);
  expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.BP });
  const count = (guest.registers.get(RAX) - DATA) / 8;
  return Array.from({ length: count }, (_, i) => letters(Number(guest.u64(DATA + 8 * i)) & STATUS));
}

function letters(flags: number): string {
  const names = {
    o: EFLAGS.OF,
    s: EFLAGS.SF,
    z: EFLAGS.ZF,
    a: EFLAGS.AF,
    p: EFLAGS.PF,
    c: EFLAGS.CF,
  };
  return Object.entries(names)
    .map(([name, bit]) => ((flags & bit) !== 0 ? name : "-"))
    .join("");
}

const cases = [
  {
    title: "pushf after each of a chain",
    code: asm(
      `
      1: mov eax, DATA; mov ecx, 0xffffffff
      add ecx, 1; pushf; pop [rax]
      sub ecx, 1; pushf; pop [rax + 8]
      mov edx, 0x7fffffff; add edx, 1; pushf; pop [rax + 16]
      and edx, edx; pushf; pop [rax + 24]
      mov cl, 0x7f; add cl, 1; pushf; pop [rax + 32]
      add rax, 40; dec ebx; jnz 1b; int3`,
      "b800006000b9ffffffff83c1019c8f0083e9019c8f4008baffffff7f83c2019c8f401021d29c8f4018b17f80c1019c8f40204883c028ffcb75c6cc",
    ),
    want: ["--zapc", "-s-apc", "os-ap-", "-s--p-", "os-a--"],
  },
  {
    title: "inc and dec keep the carry of long before",
    code: asm(
      `
      1: mov eax, DATA; mov ecx, 0x7fffffff; mov edx, 0
      stc; inc ecx; pushf; pop [rax]
      dec edx; inc edx; inc edx; dec edx; pushf; pop [rax + 8]
      clc; dec edx; pushf; pop [rax + 16]
      cmc; inc edx; inc edx; inc edx; inc edx; pushf; pop [rax + 24]
      add rax, 32; dec ebx; jnz 1b; int3`,
      "b800006000b9ffffff7fba00000000f9ffc19c8f00ffcaffc2ffc2ffca9c8f4008f8ffca9c8f4010f5ffc2ffc2ffc2ffc29c8f40184883c020ffcb75c3cc",
    ),
    want: ["os-apc", "--z-pc", "-s-ap-", "----pc"],
  },
  {
    title: "shifts and rotates by zero leave all as it was",
    code: asm(
      `
      1: mov eax, DATA; xor ecx, ecx; mov edx, 0x80000000
      add edx, edx; shl edx, cl; pushf; pop [rax]
      sar edx, 0; ror edx, cl; shld edx, edx, cl; pushf; pop [rax + 8]
      mov edx, 3; mov cl, 1; shr edx, cl; pushf; pop [rax + 16]
      mov cl, 32; cmp edx, 2; shl edx, cl; pushf; pop [rax + 24]
      add rax, 32; dec ebx; jnz 1b; int3`,
      "b80000600031c9ba0000008001d2d3e29c8f00c1fa00d3ca0fa5d29c8f4008ba03000000b101d3ea9c8f4010b12083fa02d3e29c8f40184883c020ffcb75c1cc",
    ),
    want: ["o-z-pc", "o-z-pc", "-----c", "-s-apc"],
  },
  {
    title: "across a call, a return and a branch",
    code: asm(
      `
      1: mov eax, DATA; mov ecx, 5; cmp ecx, 6; call f; pushf; pop [rax]
      call g; pushf; pop [rax + 8]
      cmp ecx, 5; jne 3f; lea rdx, [rdx + 1]; 3: pushf; pop [rax + 16]
      add rax, 24; dec ebx; jnz 1b; int3
      f: lea rdx, [rdx + 1]; ret
      g: mov edx, 1; neg edx; ret`,
      "b800006000b90500000083f906e8220000009c8f00e81f0000009c8f400883f9057504488d52019c8f40104883c018ffcb75cdcc488d5201c3ba01000000f7dac3",
    ),
    want: ["-s-apc", "-s-apc", "--z-p-"],
  },
  {
    title: "through a system call and popf",
    code: asm(
      `
      1: mov eax, DATA; mov ecx, 1; cmp ecx, 2; syscall; pushf; pop [rax]
      push 0x8d5; popf; pushf; pop [rax + 8]
      push 0; popf; mov edx, 1; pushf; pop [rax + 16]
      mov r8, rax; mov ah, 0xd5; sahf; mov rax, r8; pushf; pop [rax + 24]
      add rax, 32; dec ebx; jnz 1b; int3`,
      "b800006000b90100000083f9020f059c8f0068d50800009d9c8f40086a009dba010000009c8f40104989c0b4d59e4c89c09c8f40184883c020ffcb75c3cc",
    ),
    want: ["-s-apc", "oszapc", "------", "-szapc"],
  },
];

test.each(cases.flatMap((c) => TIERS.map((tier) => ({ ...c, tier }))))(
  "$title, $tier",
  ({ code, want, tier }) => {
    expect(flagsOf(tier, code)).toEqual(want);
  },
);
