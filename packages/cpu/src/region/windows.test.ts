/** Accesses that share a permission check, and those that must not. */
import { expect, test } from "vitest";
import { Vector } from "../state.ts";
import { DATA, Guest, hex, R, W } from "../testing/guest.ts";

/** mov r14d, 20; 1: body; dec r14d; jnz 1b; int3 */
function loop(body: string): Uint8Array {
  const bytes = hex(body);
  const back = -(bytes.length + 9);
  return Uint8Array.from([
    ...hex("41be14000000"),
    ...bytes,
    ...hex("41ffce 0f85"),
    ...[back, back >> 8, back >> 16, back >> 24].map((b) => b & 0xff),
    0xcc,
  ]);
}

function translated(body: string, at?: number): Guest {
  const guest = new Guest("translator");
  guest.load(loop(body), at);
  return guest;
}

function runToEnd(guest: Guest): void {
  expect(guest.run()).toMatchObject({ kind: "exception", vector: Vector.BP });
  expect(guest.engine.statistics.regions).toBeGreaterThan(0);
}

/** Whether the interpreter was asked to go on in the middle of a block, because a check failed. */
function hasLeft(guest: Guest, from: number, to: number): boolean {
  return [...guest.space.blocks.keys()].some((pc) => pc > from && pc < to);
}

test("pointers known as constants keep apart", () => {
  // mov eax, 0x600000; mov ecx, 0x601000; mov dword [rax], 1; mov dword [rcx], 2
  const guest = translated("b800006000 b900106000 c70001000000 c70102000000");
  runToEnd(guest);
  expect(guest.u64(DATA)).toBe(1n);
  expect(guest.u64(DATA + 0x1000)).toBe(2n);
});

test("a known pointer and an absolute address share what they may", () => {
  // mov eax, 0x600010; mov dword [rax - 16], 3; mov dword [0x600004], 4; mov dword [rax + 0x7f0], 5
  const guest = translated("b810006000 c740f003000000 c704250400600004000000 c780f007000005000000");
  runToEnd(guest);
  expect(guest.u64(DATA)).toBe(0x4_0000_0003n);
  expect(guest.u64(DATA + 0x800)).toBe(5n);
});

test("pc-relative data above 2 GiB stays in translated code", () => {
  const at = 0x9000_0000;
  // nop; add dword [rip + 0xff2], 1
  const guest = translated("90 8305f20f000001", at);
  guest.map(at + 0x1000, 0x1000, R | W);
  runToEnd(guest);
  expect(guest.u64(at + 0x1000)).toBe(20n);
  expect(hasLeft(guest, at + 6, at + 20)).toBe(false);
});

test("a known pointer beyond all memory raises what the processor raises", () => {
  const guest = new Guest("translator");
  // movabs rax, 0x123456789000; mov ecx, [rax]
  guest.load(hex("48b8009078563412 0000 8b08 cc"));
  guest.engine.translateNow(guest.space, [guest.registers.rip]);
  expect(guest.run()).toMatchObject({ vector: Vector.PF, address: 0x1234_5678_9000 });
});

test("a window may reach over a page's end, and says so when that page is missing", () => {
  // lea rax, [0x600ff0]; mov dword [rax], 1; mov dword [rax + 0x20], 2
  const guest = translated("488d0425f00f6000 c70001000000 c7402002000000");
  const seen: { address: number; rip: number; first: bigint }[] = [];
  guest.map(DATA + 0x1000, 0x1000, 0);
  guest.onFault = (address) => {
    seen.push({ address, rip: guest.registers.rip, first: guest.u64(DATA + 0xff0) });
    guest.map(DATA + 0x1000, 0x1000, R | W);
    return true;
  };
  guest.engine.translateNow(guest.space, [0x40_0000]);
  runToEnd(guest);
  // The first store has happened, the second has not.
  expect(seen).toEqual([{ address: DATA + 0x1010, rip: 0x40_0000 + 6 + 8 + 6, first: 1n }]);
  expect(guest.u64(DATA + 0x1010)).toBe(2n);
});

/** Runs `body` twenty times; the system call in it takes the right to write away. */
function faultsAfterSyscall(body: string): number[] {
  const guest = translated(body);
  const seen: number[] = [];
  guest.onSyscall = () => {
    guest.map(DATA, 0x1000, R);
    return true;
  };
  guest.onFault = (address) => {
    seen.push(address);
    guest.map(DATA, 0x1000, R | W);
    return true;
  };
  guest.engine.translateNow(guest.space, [0x40_0000]);
  runToEnd(guest);
  return seen;
}

test("after a system call nothing is known of memory, in the same block's successor or behind a branch", () => {
  // lea rax, [0x600010]; mov dword [rax], 1; syscall; lea rax, [0x600010]; mov dword [rax], 2
  const store = "488d042510006000 c70001000000";
  expect(faultsAfterSyscall(`${store} 0f05 ${store}`)).toEqual(new Array(20).fill(DATA + 0x10));
  // …; syscall; test eax, eax; jz 1f; 1: …
  expect(faultsAfterSyscall(`${store} 0f05 85c0 7400 ${store}`)).toHaveLength(20);
});

test("blocks in a row share a check, as long as their register keeps its value", () => {
  // lea rbx, [rsp - 64]; mov [rbx], ecx; mov [rbx + 8], ecx; branches: test ecx, ecx; jz 1f; 1:
  const branch = "85c9 7400";
  const one = "488d5c24c0 890b 894b08";
  const size = (body: string): number => {
    const guest = translated(body);
    guest.engine.translateNow(guest.space, [0x40_0000]);
    runToEnd(guest);
    return guest.engine.statistics.wasmBytes;
  };
  // push rbx; pop rbx: the same value, but nobody knows.
  const shared = size(`535b ${one} ${branch} 890b ${branch} 894b08`);
  const moved = size(`535b ${one} ${branch} 4883c304 890b ${branch} 890b`);
  const lost = size(`${one} ${branch} 535b 890b ${branch} 894b08`);
  expect(moved - shared).toBeLessThan(100);
  expect(lost - shared).toBeGreaterThan(100);
});

test("the last bytes of a mapping stay in translated code, and those behind it fault", () => {
  const end = DATA + 0x2000;
  // mov rax, [0x601ff8]; lea rbx, [0x601ffc]; mov ecx, [rbx]; mov byte [rbx + 3], 1
  const body = "488b0425f81f6000 488d1c25fc1f6000 8b0b c6430301";
  const guest = translated(body);
  runToEnd(guest);
  expect(hasLeft(guest, 0x40_0006, 0x40_0006 + hex(body).length)).toBe(false);

  const crossing = translated("488d1c25fc1f6000 488b03");
  const seen: number[] = [];
  crossing.onFault = (address) => {
    seen.push(address);
    crossing.map(end, 0x1000, R);
    return true;
  };
  crossing.engine.translateNow(crossing.space, [0x40_0000]);
  runToEnd(crossing);
  expect(seen).toEqual([end]);
});

test("what is allowed of a page can be taken away and given again", () => {
  // mov rbx, [0x600ff8]; lea rax, [0x600800]; mov [rax], ecx; syscall
  const guest = translated("488b1c25f80f6000 488d042500086000 8908 0f05");
  const rights = [R, 0, R | W];
  let turn = 0;
  guest.onSyscall = () => {
    guest.map(DATA, 0x1000, rights[turn++ % rights.length] as number);
    return true;
  };
  const seen: number[] = [];
  guest.onFault = (address, access) => {
    seen.push(address - DATA);
    guest.map(DATA, 0x1000, access === W ? R | W : R);
    return true;
  };
  guest.engine.translateNow(guest.space, [0x40_0000]);
  runToEnd(guest);
  // After R the store faults; after nothing both do.
  expect(seen).toEqual(
    Array.from({ length: 19 }, (_, i) => [[0x800], [0xff8, 0x800], []][i % 3]).flat(),
  );
});

test("a check does for the blocks that follow, except for stores that may not come", () => {
  // lea rbx, [rsp - 64]; mov eax, [rbx]; test ecx, ecx; jz over; …; over:
  const read = (then: string): string => `488d5c24c0 8b03 85c9 74${length(then)} ${then}`;
  const length = (code: string): string => hex(code).length.toString(16).padStart(2, "0");
  const size = (body: string): number => {
    const guest = translated(body);
    guest.engine.translateNow(guest.space, [0x40_0000]);
    runToEnd(guest);
    return guest.engine.statistics.wasmBytes;
  };
  // mov edx, [rbx + 8]; mov [rbx + 8], edx
  const again = size(read("8b5308"));
  const stored = size(read("895308"));
  expect(stored - again).toBeGreaterThan(40);
});

test("a store behind a branch that is not taken asks for no right to write", () => {
  // lea rbx, [0x600000]; mov eax, [rbx]; jmp 1f; 1: test eax, eax; jz 2f; mov [rbx + 8], ecx; 2:
  const body = "488d1c2500006000 8b03 eb00 85c0 7403 894b08";
  const guest = translated(body);
  guest.map(DATA, 0x1000, R);
  guest.engine.translateNow(guest.space, [0x40_0000]);
  runToEnd(guest);
  expect(hasLeft(guest, 0x40_0006, 0x40_0006 + hex(body).length)).toBe(false);
});
