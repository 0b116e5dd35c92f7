/**
 * What a user program meets of the system's instructions: CPUID, time, SYSCALL, exceptions, hints and fences, segment registers.
 *
 * Privileged instructions raise #GP(0) as they do at CPL 3; SGDT, SIDT, SLDT, SMSW and STR too (UMIP is on). What CPUID doesn't
 * report has no row and raises #UD: XGETBV, RDRAND, RDFSBASE, MONITOR, VMCALL …
 *
 * Left out, so #UD where a processor would act: LAR, LSL, VERR, VERW, LFS, LGS, LSS, far JMP, CALL and RET, IRET other than IRETQ,
 * SYSENTER.
 */
import type { Emitter } from "../../emit/emitter.ts";
import { i32, i64, type Value } from "../../emit/value.ts";
import { R11, RAX, RCX, RDX, RSP, Vector } from "../../state.ts";
import { ALL_FLAGS, type Insn, type Row, type Semantics } from "../insn.ts";
import { type RowOptions, row } from "../row.ts";
import { SELECTOR_CS, SELECTOR_SS } from "../semantics/segment.ts";
import { operand } from "../semantics/sized.ts";
import { USER_FLAGS } from "./flags.ts";

const STOP: RowOptions = { flow: "stop" };

// biome-ignore format: one encoding per line.
export const systemRows: readonly Row[] = [
  row(0x0fa2, "cpuid",   "", "", cpuid),
  row(0x0f31, "rdtsc",   "", "", rdtsc),
  row(0x0f01, "rdtscp",  "", "", rdtscp, { digit: 7, rm: 1 }),
  row(0x0f05, "syscall", "", "", syscall, { flow: "syscall", reads: ALL_FLAGS }),
  row(0xcf,   "iretq",   "", "", iretq, { flow: "jump*", rexW: 1, writes: ALL_FLAGS }),

  // Exceptions on purpose.
  row(0xcc,   "int3", "",      "",    exception(Vector.BP), STOP),
  row(0xf1,   "int1", "",      "",    exception(Vector.DB), STOP),
  row(0xcd,   "int",  "Ib",    "-",   softwareInterrupt, { ...STOP, staticImm: true }),
  row(0x0f0b, "ud2",  "",      "",    exception(Vector.UD), STOP),
  row(0x0fb9, "ud1",  "Gv,Ev", "-,-", exception(Vector.UD), STOP),
  row(0x0fff, "ud0",  "Gv,Ev", "-,-", exception(Vector.UD), STOP),

  // Hints: nothing happens, whatever the address.
  row(0x0f0d, "prefetch",    "Mb", "-", nothing, { digit: 0 }),
  row(0x0f0d, "prefetchw",   "Mb", "-", nothing, { digit: 1 }),
  row(0x0f0d, "prefetchwt1", "Mb", "-", nothing, { digit: 2 }),
  row(0x0f0d, "nop",         "Ev", "-", nothing),
  row(0x0f18, "prefetchnta", "Mb", "-", nothing, { digit: 0 }),
  row(0x0f18, "prefetcht0",  "Mb", "-", nothing, { digit: 1 }),
  row(0x0f18, "prefetcht1",  "Mb", "-", nothing, { digit: 2 }),
  row(0x0f18, "prefetcht2",  "Mb", "-", nothing, { digit: 3 }),
  row(0x0f18, "nop",         "Ev", "-", nothing),
  row(0x0f19, "nop",         "Ev", "-", nothing),
  row(0x0f1a, "nop",         "Ev", "-", nothing),
  row(0x0f1b, "nop",         "Ev", "-", nothing),
  row(0x0f1c, "nop",         "Ev", "-", nothing),
  row(0x0f1d, "nop",         "Ev", "-", nothing),
  row(0x0f1e, "endbr64",     "",   "",  nothing, { prefix: 0xf3, digit: 7, rm: 2 }),
  row(0x0f1e, "endbr32",     "",   "",  nothing, { prefix: 0xf3, digit: 7, rm: 3 }),
  row(0x0f1e, "nop",         "Ev", "-", nothing),
  row(0x0f1f, "nop",         "Ev", "-", nothing),

  // All tasks of a sandbox run on one thread: order is kept anyway.
  row(0x0fae, "lfence",  "",   "",  nothing, { digit: 5, mod: "reg", prefix: 0 }),
  row(0x0fae, "mfence",  "",   "",  nothing, { digit: 6, mod: "reg", prefix: 0 }),
  row(0x0fae, "sfence",  "",   "",  nothing, { digit: 7, mod: "reg", prefix: 0 }),
  row(0x0fae, "clflush", "Mb", "r", nothing, { digit: 7, prefix: 0 }),

  // Privileged.
  row(0xf4,   "hlt",    "",       "",    privileged, STOP),
  row(0xfa,   "cli",    "",       "",    privileged, STOP),
  row(0xfb,   "sti",    "",       "",    privileged, STOP),
  row(0xe4,   "in",     "AL,Ib",  "-,-", privileged, STOP),
  row(0xe5,   "in",     "eAX,Ib", "-,-", privileged, STOP),
  row(0xe6,   "out",    "Ib,AL",  "-,-", privileged, STOP),
  row(0xe7,   "out",    "Ib,eAX", "-,-", privileged, STOP),
  row(0xec,   "in",     "AL,DX",  "-,-", privileged, STOP),
  row(0xed,   "in",     "eAX,DX", "-,-", privileged, STOP),
  row(0xee,   "out",    "DX,AL",  "-,-", privileged, STOP),
  row(0xef,   "out",    "DX,eAX", "-,-", privileged, STOP),
  row(0x6c,   "ins",    "Yb,DX",  "-,-", privileged, STOP),
  row(0x6d,   "ins",    "Yz,DX",  "-,-", privileged, STOP),
  row(0x6e,   "outs",   "DX,Xb",  "-,-", privileged, STOP),
  row(0x6f,   "outs",   "DX,Xz",  "-,-", privileged, STOP),
  row(0x0f00, "sldt",   "Rv/Mw",  "-",   privileged, { ...STOP, digit: 0 }),
  row(0x0f00, "str",    "Rv/Mw",  "-",   privileged, { ...STOP, digit: 1 }),
  row(0x0f00, "lldt",   "Ew",     "-",   privileged, { ...STOP, digit: 2 }),
  row(0x0f00, "ltr",    "Ew",     "-",   privileged, { ...STOP, digit: 3 }),
  row(0x0f01, "sgdt",   "M",      "-",   privileged, { ...STOP, digit: 0 }),
  row(0x0f01, "sidt",   "M",      "-",   privileged, { ...STOP, digit: 1 }),
  row(0x0f01, "lgdt",   "M",      "-",   privileged, { ...STOP, digit: 2 }),
  row(0x0f01, "lidt",   "M",      "-",   privileged, { ...STOP, digit: 3 }),
  row(0x0f01, "smsw",   "Rv/Mw",  "-",   privileged, { ...STOP, digit: 4 }),
  row(0x0f01, "lmsw",   "Ew",     "-",   privileged, { ...STOP, digit: 6 }),
  row(0x0f01, "invlpg", "Mb",     "-",   privileged, { ...STOP, digit: 7 }),
  row(0x0f01, "swapgs", "",       "",    privileged, { ...STOP, digit: 7, rm: 0 }),
  row(0x0f06, "clts",   "",       "",    privileged, STOP),
  row(0x0f07, "sysret", "",       "",    privileged, STOP),
  row(0x0f08, "invd",   "",       "",    privileged, STOP),
  row(0x0f09, "wbinvd", "",       "",    privileged, STOP),
  row(0x0f20, "mov",    "Rq,Cq",  "-,-", privileged, STOP),
  row(0x0f21, "mov",    "Rq,Dq",  "-,-", privileged, STOP),
  row(0x0f22, "mov",    "Cq,Rq",  "-,-", privileged, STOP),
  row(0x0f23, "mov",    "Dq,Rq",  "-,-", privileged, STOP),
  // ModRM.mod is ignored there; nothing is decoded after it that a fault would need.
  row(0x0f20, "mov",    "",       "",    privileged, { ...STOP, mod: "mem" }),
  row(0x0f21, "mov",    "",       "",    privileged, { ...STOP, mod: "mem" }),
  row(0x0f22, "mov",    "",       "",    privileged, { ...STOP, mod: "mem" }),
  row(0x0f23, "mov",    "",       "",    privileged, { ...STOP, mod: "mem" }),
  row(0x0f30, "wrmsr",  "",       "",    privileged, STOP),
  row(0x0f32, "rdmsr",  "",       "",    privileged, STOP),
  row(0x0f33, "rdpmc",  "",       "",    privileged, STOP),
  row(0x0f35, "sysexit", "",      "",    privileged, STOP),
];

function nothing(): void {}

/** EAX, EBX, ECX, EDX ← the leaf in EAX, the subleaf in ECX. */
function cpuid(e: Emitter): void {
  e.helper("cpuid", []);
}

/** EDX:EAX ← time-stamp counter. */
function rdtsc(e: Emitter): void {
  const now = e.let(e.pureHelper("timeStamp", []));
  e.writeGpr(RAX, 4, i32.wrap_i64(now));
  e.writeGpr(RDX, 4, i32.wrap_i64(i64.shr_u(now, i64.const(32))));
}

/** RDTSC, and ECX ← IA32_TSC_AUX: processor 0 of node 0, as Linux sets it. */
function rdtscp(e: Emitter): void {
  rdtsc(e);
  e.writeGpr(RCX, 4, i32.const(0));
}

/** rcx ← the next instruction, r11 ← rflags; then the kernel has it. */
function syscall(e: Emitter, insn: Insn): void {
  e.writeGpr(RCX, 8, e.nextPc(insn));
  e.writeGpr(R11, 8, e.readFlags());
  e.syscall();
}

/** Return to the same privilege: rip, cs, rflags, rsp and ss from the stack. Other selectors than a program's own raise #GP. */
function iretq(e: Emitter): void {
  const top = e.let(e.readGpr(RSP, 8));
  const slot = (n: number): Value => e.let(e.loadAt(8, i64.add(top, i64.const(8 * n))));
  const rip = slot(0);
  const cs = slot(1);
  const flags = slot(2);
  const rsp = slot(3);
  const ss = slot(4);
  const isOther = (selector: Value, own: number): Value =>
    i64.ne(i64.and(selector, i64.const(0xffff)), i64.const(own));
  e.raise(Vector.GP, i32.or(isOther(cs, SELECTOR_CS), isOther(ss, SELECTOR_SS)), 0);
  e.checkTarget(rip);
  e.writeFlags(flags, USER_FLAGS);
  e.writeGpr(RSP, 8, rsp);
  e.jump(rip);
}

function exception(vector: number): Semantics {
  return (e) => e.raise(vector);
}

/**
 * INT n. Linux's gates that programs may use are 3 and 4; all others, and 0x80 without 32-bit support, raise
 * #GP with the vector's IDT selector.
 */
function softwareInterrupt(e: Emitter, insn: Insn): void {
  const vector = operand(insn, 0);
  const n = vector.kind === "imm" ? vector.value : 0;
  if (n === Vector.BP || n === Vector.OF) e.raise(n);
  else e.raise(Vector.GP, undefined, (n << 3) | 2);
}

function privileged(e: Emitter): void {
  e.raise(Vector.GP, undefined, 0);
}
