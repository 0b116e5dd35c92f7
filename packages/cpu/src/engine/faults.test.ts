/** Page faults and exceptions: where rip is, what has happened and what has not, in both tiers. */
import { describe, expect, test } from "vitest";
import { RAX, RBX, RCX, RDI, RDX, RSI, Vector } from "../state.ts";
import { asm, CODE, DATA, Guest, R, TIERS, W } from "../testing/guest.ts";

const PAGE = 0x1000;
const BREAKPOINT = { kind: "exception", vector: Vector.BP };

describe.each(TIERS)("%s", (tier) => {
  /** Runs a loop until it is hot with all pages there. */
  function warm(code: Uint8Array, rbx = DATA): Guest {
    const guest = new Guest(tier);
    guest.load(code);
    guest.map(DATA, 0x4000, R | W);
    guest.registers.set(RBX, rbx);
    guest.registers.set(RCX, 20);
    expect(guest.run()).toMatchObject(BREAKPOINT);
    if (tier === "translator") expect(guest.engine.statistics.regions).toBeGreaterThan(0);
    guest.registers.rip = CODE;
    return guest;
  }

  test("a fault resolved in the middle of a block", () => {
    const guest = warm(
      asm(
        `
      1: mov eax, ecx; add eax, 5; mov [rbx], eax; lea rdx, [rax + rcx]; mov [rbx + 4096], edx; inc eax
      dec ecx; jnz 1b; int3`,
        "89c883c0058903488d1408899300100000ffc0ffc975e9cc",
      ),
    );
    guest.registers.set(RCX, 1);
    guest.map(DATA + PAGE, PAGE, 0);
    const seen: unknown[] = [];
    guest.onFault = (address, access) => {
      const { registers } = guest;
      seen.push({
        address,
        access,
        rip: registers.rip,
        eax: registers.get(RAX),
        edx: registers.get(RDX),
        stored: guest.u64(DATA),
      });
      guest.map(DATA + PAGE, PAGE, R | W);
      return true;
    };
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(seen).toEqual([
      { address: DATA + PAGE, access: W, rip: CODE + 11, eax: 6, edx: 7, stored: 6n },
    ]);
    expect(guest.registers.get(RAX)).toBe(7);
    expect(guest.u64(DATA + PAGE)).toBe(7n);
  });

  test("a fault that nobody resolves stops before the instruction, and it can be done later", () => {
    const guest = warm(
      asm(`1: add eax, 1; xadd [rbx], eax; dec ecx; jnz 1b; int3`, "83c0010fc103ffc975f6cc"),
    );
    guest.registers.set(RCX, 1);
    guest.registers.set(RAX, 10);
    guest.space.view.setUint32(DATA, 100, true);
    guest.map(DATA, PAGE, R);
    expect(guest.run()).toEqual({ kind: "fault", address: DATA, access: W });
    expect(guest.registers.rip).toBe(CODE + 3);
    expect(guest.registers.get(RAX)).toBe(11);
    expect(guest.u64(DATA)).toBe(100n);
    guest.map(DATA, PAGE, R | W);
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(guest.u64(DATA)).toBe(111n);
    expect(guest.registers.get(RAX)).toBe(100);
  });

  test("the second page of an access that crosses", () => {
    const guest = warm(
      asm(
        `1: mov rax, [rbx - 4]; mov [rbx - 2], ecx; dec ecx; jnz 1b; int3`,
        "488b43fc894bfeffc975f5cc",
      ),
      DATA + PAGE,
    );
    guest.registers.set(RCX, 1);
    guest.map(DATA + PAGE, PAGE, 0);
    const seen: { address: number; access: number; rip: number }[] = [];
    guest.onFault = (address, access) => {
      seen.push({ address, access, rip: guest.registers.rip });
      guest.map(DATA + PAGE, PAGE, access === W ? R | W : R);
      return true;
    };
    const before = guest.u64(DATA + PAGE - 8);
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(seen).toEqual([
      { address: DATA + PAGE, access: R, rip: CODE },
      { address: DATA + PAGE, access: W, rip: CODE + 4 },
    ]);
    expect(before).toBe(0x0001_0000_0000_0000n);
    expect(guest.u64(DATA + PAGE - 2)).toBe(1n);
  });

  test("nothing of a crossing store is written when its second page is missing", () => {
    const guest = warm(
      asm(`1: mov [rbx - 4], rax; dec ecx; jnz 1b; int3`, "488943fcffc975f8cc"),
      DATA + PAGE,
    );
    guest.map(DATA + PAGE, PAGE, R);
    guest.registers.setBig(RAX, -1n);
    guest.registers.set(RCX, 1);
    expect(guest.run()).toEqual({ kind: "fault", address: DATA + PAGE, access: W });
    expect(guest.u64(DATA + PAGE - 8)).toBe(0n);
  });

  test("rep movs is interrupted by a fault with rsi, rdi and rcx where it stands", () => {
    const guest = warm(
      asm(
        `1: push rcx; mov ecx, 64; lea rsi, [rbx]; lea rdi, [rbx + 0x1f80]; rep movsd; pop rcx; dec ecx; jnz 1b; int3`,
        "51b940000000488d33488dbb801f0000f3a559ffc975e9cc",
      ),
    );
    guest.registers.set(RCX, 1);
    guest.map(DATA + 2 * PAGE, PAGE, 0);
    for (let i = 0; i < 64; i++) guest.space.view.setUint32(DATA + 4 * i, i + 1, true);
    const seen: unknown[] = [];
    guest.onFault = (address, access) => {
      const { registers } = guest;
      seen.push({
        address,
        access,
        rip: registers.rip,
        rsi: registers.get(RSI),
        rdi: registers.get(RDI),
        rcx: registers.get(RCX),
      });
      guest.map(DATA + 2 * PAGE, PAGE, R | W);
      return true;
    };
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(seen).toEqual([
      {
        address: DATA + 2 * PAGE,
        access: W,
        rip: CODE + 16,
        rsi: DATA + 0x80,
        rdi: DATA + 2 * PAGE,
        rcx: 32,
      },
    ]);
    expect(guest.u64(DATA + 0x2078)).toBe((64n << 32n) | 63n);
  });

  test("segment bases, 32-bit addresses and rsp as a base", () => {
    const guest = new Guest(tier);
    guest.load(
      asm(
        `
      mov ecx, 20
      1: mov eax, fs:[0x10]; add eax, gs:[rbx + 8]; mov edx, 0xfffffff0; add eax, [edx + DATA + 0x30]
      push 3; add eax, [rsp]; add qword ptr [rsp], 4; pop rdx
      dec ecx; jnz 1b; int3`,
        "b914000000648b04251000000065034308baf0ffffff670382300060006a0303042448830424045affc975d9cc",
      ),
    );
    guest.registers.fsBase = DATA;
    guest.registers.gsBase = DATA + PAGE;
    guest.space.view.setUint32(DATA + 0x10, 5, true);
    guest.space.view.setUint32(DATA + PAGE + 16, 70, true);
    guest.space.view.setUint32(DATA + 0x20, 900, true);
    guest.registers.set(RBX, 8);
    expect(guest.run()).toMatchObject(BREAKPOINT);
    expect(guest.registers.get(RAX)).toBe(978);
    expect(guest.registers.get(RDX)).toBe(7);
  });

  describe("exceptions in the last turn of a hot loop", () => {
    /** 1: dec ecx; jz 2f; add eax, 1; jmp 1b; 2: the instruction. */
    function last(insn: string): Guest {
      const guest = new Guest(tier);
      const bytes = asm(`1: dec ecx; jz 2f; add eax, 1; jmp 1b; 2:`, "ffc9740583c001ebf7");
      guest.load(Uint8Array.from([...bytes, ...Buffer.from(insn, "hex")]));
      guest.registers.set(RCX, 30);
      guest.registers.set(RDX, 0);
      return guest;
    }
    const at = CODE + 9;

    test("#UD of ud2", () => {
      const guest = last("0f0b");
      expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.UD });
      expect(guest.registers.rip).toBe(at);
      expect(guest.registers.get(RAX)).toBe(29);
    });

    test("#UD of what no instruction is, with its bytes", () => {
      const guest = last("0f049090");
      const stop = guest.run();
      expect(stop).toMatchObject({ kind: "exception", vector: Vector.UD });
      expect("detail" in stop ? stop.detail : "").toMatch(/0x400009: 0f 04 90 90/);
    });

    test("#DE leaves everything as it was", () => {
      const guest = last("f7f2"); // div edx
      expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.DE });
      expect(guest.registers.rip).toBe(at);
      expect(guest.registers.get(RAX)).toBe(29);
    });

    test("#BP is a trap: rip is behind it", () => {
      const guest = last("cc");
      expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.BP });
      expect(guest.registers.rip).toBe(at + 1);
    });

    test("a non-canonical address is #GP, through rsp #SS", () => {
      const data = last("488b03"); // mov rax, [rbx]
      data.registers.setBig(RBX, 0x8000_0000_0000n);
      expect(data.run()).toMatchObject({ vector: Vector.GP, errorCode: 0 });
      expect(data.registers.rip).toBe(at);
      const stack = last("488be358"); // mov rsp, rbx; pop rax
      stack.registers.setBig(RBX, 0x8000_0000_0000n);
      expect(stack.run()).toMatchObject({ vector: Vector.SS, errorCode: 0 });
    });

    test("an address beyond our 4 GiB is a page fault there", () => {
      const guest = last("488903"); // mov [rbx], rax
      guest.registers.setBig(RBX, 0x7fff_1234_5000n);
      expect(guest.run()).toMatchObject({
        vector: Vector.PF,
        errorCode: 6,
        address: 0x7fff_1234_5000,
      });
    });

    test("movaps off its boundary is #GP", () => {
      const guest = last("0f2803"); // movaps xmm0, [rbx]
      guest.registers.set(RBX, DATA + 8);
      expect(guest.run()).toMatchObject({ vector: Vector.GP });
    });
  });

  test("#DE in the middle of a hot block", () => {
    const guest = warm(
      asm(
        `1: mov eax, 100; xor edx, edx; div ecx; mov [rbx], eax; dec ecx; jnz 1b; int3`,
        "b86400000031d2f7f18903ffc975f1cc",
      ),
    );
    guest.registers.set(RCX, 0);
    expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.DE });
    expect(guest.registers.rip).toBe(CODE + 7);
    expect(guest.registers.get(RAX)).toBe(100);
    expect(guest.registers.get(RDX)).toBe(0);
  });
});
