/** Calls, returns, jumps and where they can go wrong, in both tiers. */
import { describe, expect, test } from "vitest";
import { MAX_DEPTH } from "../interp/core-module.ts";
import { RAX, RBX, RCX, RDX, RSP, Vector } from "../state.ts";
import { asm, CODE, DATA, Guest, hex, R, STACK_TOP, TIERS, W, X } from "../testing/guest.ts";

const BREAKPOINT = { kind: "exception", vector: Vector.BP };

describe.each(TIERS)("%s", (tier) => {
  function run(code: Uint8Array): Guest {
    const guest = new Guest(tier);
    guest.load(code);
    expect(guest.run()).toMatchObject(BREAKPOINT);
    return guest;
  }

  test("nested loops", () => {
    const guest = run(
      asm(
        `
      xor eax, eax; mov ecx, 100
      1: mov edx, 100
      2: lea eax, [rax + rdx]; dec edx; jnz 2b
      dec ecx; jnz 1b; int3`,
        "31c0b964000000ba640000008d0410ffca75f9ffc975f0cc",
      ),
    );
    expect(guest.registers.get(RAX)).toBe(100 * 5050);
  });

  test("nested calls keep what each has pushed", () => {
    const guest = run(
      asm(
        `
      mov ebx, 50; xor eax, eax
      1: call f; dec ebx; jnz 1b; int3
      f: push rbx; mov ebx, 3; call g; call g; pop rbx; ret
      g: push rbx; add ebx, 4; call h; pop rbx; add eax, ebx; ret
      h: lea rax, [rax + rbx]; ret`,
        "bb3200000031c0e805000000ffcb75f7cc53bb03000000e807000000e8020000005bc35383c304e8040000005b01d8c3488d0418c3",
      ),
    );
    expect(guest.registers.get(RAX)).toBe(50 * 2 * (7 + 3));
    expect(guest.registers.get(RSP)).toBe(STACK_TOP - 64);
  });

  test("recursion deeper than the Wasm stack's share", () => {
    const depth = 3 * MAX_DEPTH;
    const guest = new Guest(tier);
    // sum(n) = n + sum(n - 1), ten times over
    guest.load(
      asm(
        `
      mov r12d, 10
      1: mov edi, [rip + n]; call sum; dec r12d; jnz 1b; int3
      sum: test edi, edi; jz 2f; push rdi; dec edi; call sum; pop rdi; add rax, rdi; ret
      2: xor eax, eax; ret
      n: .long 768`,
        "41bc0a0000008b3d1f000000e80600000041ffcc75f0cc85ff740d57ffcfe8f4ffffff5f4801f8c331c0c300030000",
      ),
    );
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(guest.registers.get(RAX)).toBe((depth * (depth + 1)) / 2);
  });

  test("a call to the instruction behind it, as position-independent code does", () => {
    const guest = run(
      asm(
        `
      mov ecx, 1000
      1: call 2f
      2: pop rbx; dec ecx; jnz 1b; int3`,
        "b9e8030000e8000000005bffc975f6cc",
      ),
    );
    expect(guest.registers.get(RBX)).toBe(CODE + 10);
  });

  test("calls whose return addresses pile up", () => {
    // Each call returns nowhere: the stack only grows, deeper than MAX_DEPTH.
    const guest = run(
      asm(
        `
      mov ecx, 2000
      1: call 2f
      2: dec ecx; jnz 1b
      mov rax, [rsp]; add rsp, 16000; int3`,
        "b9d0070000e800000000ffc975f7488b04244881c4803e0000cc",
      ),
    );
    expect(guest.registers.get(RAX)).toBe(CODE + 10);
    expect(guest.registers.get(RSP)).toBe(STACK_TOP - 64);
  });

  test("longjmp over several frames", () => {
    const guest = run(
      asm(
        `
      mov ebx, 40; xor eax, eax
      1: mov r12, rsp; lea r13, [rip + 2f]
      call f; add eax, 1000
      2: dec ebx; jnz 1b; int3
      f: call g; add eax, 1000; ret
      g: test bl, 1; jz 3f; inc eax; mov rsp, r12; jmp r13
      3: add eax, 1000; add rsp, 16; jmp r13`,
        "bb2800000031c04989e44c8d2d0a000000e80a00000005e8030000ffcb75e8cce80600000005e8030000c3f6c3017408ffc04c89e441ffe505e80300004883c41041ffe5",
      ),
    );
    expect(guest.registers.get(RAX)).toBe(20 + 20 * 1000);
  });

  test("a function that returns to another place than its caller's", () => {
    const guest = run(
      asm(
        `
      mov ebx, 40; xor eax, eax
      1: call f; ud2
      2: dec ebx; jnz 1b; int3
      f: inc eax; lea rcx, [rip + 2b]; mov [rsp], rcx; ret`,
        "bb2800000031c0e8070000000f0bffcb75f5ccffc0488d0df2ffffff48890c24c3",
      ),
    );
    expect(guest.registers.get(RAX)).toBe(40);
  });

  test("a return address pushed by hand", () => {
    const guest = run(
      asm(
        `
      mov ebx, 40; xor eax, eax
      1: lea rcx, [rip + 2f]; push rcx; lea rcx, [rip + f]; push rcx; ret
      2: dec ebx; jnz 1b; int3
      f: add eax, 2; ret`,
        "bb2800000031c0488d0d0a00000051488d0d0700000051c3ffcb75ebcc83c002c3",
      ),
    );
    expect(guest.registers.get(RAX)).toBe(80);
  });

  test("a jump table whose targets turn up one after the other", () => {
    const guest = new Guest(tier);
    guest.load(
      asm(
        `
      mov ecx, [rip + turns]; xor eax, eax
      1: mov edx, ecx; shr edx, 7; and edx, 7
      lea rbx, [rip + table]; jmp [rbx + rdx * 8]
      a: add eax, 1; jmp 2f
      b: add eax, 2; jmp 2f
      c: add eax, 3; jmp 2f
      d: add eax, 4; jmp 2f
      e: add eax, 5; jmp 2f
      f: add eax, 6; jmp 2f
      g: add eax, 7; jmp 2f
      h: add eax, 8
      2: dec ecx; jnz 1b; int3
      .balign 8
      turns: .quad 1023
      table: .quad a, b, c, d, e, f, g, h`,
        "8b0d4200000031c089cac1ea0783e207488d1d39000000ff24d383c001eb2183c002eb1c83c003eb1783c004eb1283c005eb0d83c006eb0883c007eb0383c008ffc975c4cc0f1f00ff030000000000001a004000000000001f00400000000000240040000000000029004000000000002e00400000000000330040000000000038004000000000003d00400000000000",
      ),
    );
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(guest.registers.get(RAX)).toBe(128 * 36 - 1);
  });

  test("flags go along with an indirect jump", () => {
    const guest = run(
      asm(
        `
      mov ecx, 100; xor eax, eax
      1: mov edx, ecx; and edx, 1; lea rbx, [rip + table]; cmp ecx, 50; jmp [rbx + rdx * 8]
      a: adc eax, 0; jmp 2f
      b: setbe dl; movzx edx, dl; lea eax, [rax + rdx * 4]
      2: dec ecx; jnz 1b; int3
      .balign 8
      table: .quad a, b`,
        "b96400000031c089ca83e201488d1d1d00000083f932ff24d383d000eb090f96c20fb6d28d0490ffc975dccc0f1f400019004000000000001e00400000000000",
      ),
    );
    // Even below 50: 2 … 48; odd up to 50: 1 … 49.
    expect(guest.registers.get(RAX)).toBe(24 + 25 * 4);
  });

  test("indirect calls to two functions in turn", () => {
    const guest = run(
      asm(
        `
      mov ecx, 200; xor eax, eax
      1: lea rbx, [rip + f]; lea rdx, [rip + g]; test ecx, 1; cmovz rbx, rdx; call rbx
      dec ecx; jnz 1b; int3
      f: add eax, 1; ret
      g: add eax, 3; ret`,
        "b9c800000031c0488d1d18000000488d1515000000f7c101000000480f44daffd3ffc975e2cc83c001c383c003c3",
      ),
    );
    expect(guest.registers.get(RAX)).toBe(400);
  });

  test("call rsp and jmp [rsp]", () => {
    const guest = new Guest(tier);
    guest.load(
      asm(
        `
      mov ecx, 30
      1: lea rax, [rip + f]; push rax; call [rsp]; add rsp, 8; dec ecx; jnz 1b; int3
      f: add edx, ecx; ret`,
        "b91e000000488d050d00000050ff14244883c408ffc975edcc01cac3",
      ),
    );
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(guest.registers.get(RDX)).toBe((30 * 31) / 2);
  });

  test("a push that uses rsp, and a pop into memory at rsp", () => {
    const guest = run(
      asm(
        `
      mov ecx, 30
      1: push rsp; pop rax; sub rax, rsp; push 7; push 5; pop [rsp]; pop rdx
      dec ecx; jnz 1b; int3`,
        "b91e00000054584829e06a076a058f04245affc975efcc",
      ),
    );
    expect(guest.registers.get(RAX)).toBe(0);
    expect(guest.registers.get(RDX)).toBe(5);
    expect(guest.registers.get(RSP)).toBe(STACK_TOP - 64);
  });

  describe("jumps to where no code is", () => {
    const cases = [
      { title: "null", target: 0n, stop: { vector: Vector.PF, address: 0 } },
      {
        title: "above 4 GiB",
        target: 0x5_0000_0000n,
        stop: { vector: Vector.PF, address: 0x5_0000_0000 },
      },
      { title: "non-canonical", target: 0x8000_0000_0000_0000n, stop: { vector: Vector.GP } },
    ];
    test.each(cases)("$title", ({ target, stop }) => {
      const guest = new Guest(tier);
      // The last turn of a loop that is hot by then.
      guest.load(
        asm(
          `
        mov ecx, 30; lea rdx, [rip + 2f]
        1: mov rax, rdx; dec ecx; cmovz rax, rbx; jmp rax
        2: jmp 1b`,
          "b91e000000488d150b0000004889d0ffc9480f44c3ffe0ebf3",
        ),
      );
      guest.registers.setBig(RBX, target);
      expect(guest.run()).toMatchObject({ kind: "exception", ...stop });
      expect(guest.registers.get(RCX)).toBe(0);
    });

    test("unmapped: the kernel is asked, and rip is there", () => {
      const guest = new Guest(tier);
      guest.load(asm(`mov eax, DATA + 0x100000; call rax; int3`, "b800007000ffd0cc"));
      expect(guest.run()).toEqual({ kind: "fault", address: DATA + 0x10_0000, access: X });
      expect(guest.registers.rip).toBe(DATA + 0x10_0000);
    });

    test.each([
      { title: "forwards", at: 0xf000_0000, bytes: "90e9fbff0f10", wrapped: 0x10_0001 },
      { title: "backwards", at: 0x10_0000, bytes: "90e90000009f", wrapped: 0x9f10_0006 },
    ])("$title out of 4 GiB, directly", ({ at, bytes, wrapped }) => {
      const guest = new Guest(tier);
      guest.load(hex(bytes), at);
      // Where it would come out if only 32 bits counted.
      guest.load(hex("cc"), wrapped);
      guest.registers.rip = at;
      expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.PF });
    });

    test("data without the right to execute", () => {
      const guest = new Guest(tier);
      guest.load(asm(`mov eax, DATA; jmp rax`, "b800006000ffe0"));
      expect(guest.run()).toEqual({ kind: "fault", address: DATA, access: X });
    });
  });

  test("code that goes on in a page which comes later", () => {
    const guest = new Guest(tier);
    // The add's last bytes are in the next page.
    const code = asm(
      `mov ecx, 9; 1: add eax, 0x01020304; dec ecx; jnz 1b; int3`,
      "b9090000000504030201ffc975f7cc",
    );
    const start = CODE + 0x1000 - 8;
    guest.load(code, start);
    guest.map(CODE + 0x1000, 0x1000, 0);
    const asked: unknown[] = [];
    guest.onFault = (address, access) => {
      asked.push({ address, access, rip: guest.registers.rip });
      guest.map(CODE + 0x1000, 0x1000, R | X);
      return true;
    };
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(asked).toEqual([{ address: CODE + 0x1000, access: X, rip: start + 5 }]);
    expect(guest.registers.get(RAX)).toBe(9 * 0x0102_0304);
  });

  test("a page of code that may no longer be executed", () => {
    const guest = new Guest(tier);
    guest.load(
      asm(
        `1: call f; dec ebx; jnz 1b; int3; .balign 4096; f: inc eax; ret`,
        "e8fb0f0000ffcb75f7cce9f10f000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f84000000000066662e0f1f840000000000ffc0c3",
      ),
    );
    guest.registers.set(RBX, 20);
    expect(guest.run()).toMatchObject(BREAKPOINT);
    guest.map(CODE + 0x1000, 0x1000, R);
    guest.registers.rip = CODE;
    guest.registers.set(RBX, 20);
    expect(guest.run()).toEqual({ kind: "fault", address: CODE + 0x1000, access: X });
    guest.map(CODE + 0x1000, 0x1000, R | W | X);
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(guest.registers.get(RAX)).toBe(40);
  });
});
