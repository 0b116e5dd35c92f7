/**
 * The frame that the kernel pushes on a handler's stack and rt_sigreturn(2) takes back:
 * arch/x86/include/asm/sigframe.h, asm/ucontext.h, asm/sigcontext.h.
 */

// uc_flags.
export const UC_FP_XSTATE = 0x1;
export const UC_SIGCONTEXT_SS = 0x2;
export const UC_STRICT_RESTORE_SS = 0x4;

// Magic numbers around the extended state (fpstate.sw_reserved.magic1, and the word after the
// state).
export const FP_XSTATE_MAGIC1 = 0x46505853;
export const FP_XSTATE_MAGIC2 = 0x46505845;

// Size of the legacy area that FXSAVE writes, and the bytes below the stack pointer that a
// function may use without asking.
export const FXSAVE_SIZE = 512;
export const RED_ZONE = 128;

/** The saved registers (struct sigcontext_64 in the kernel). */
export const SIGCONTEXT = {
  size: 256,
  r8: 0,
  r9: 8,
  r10: 16,
  r11: 24,
  r12: 32,
  r13: 40,
  r14: 48,
  r15: 56,
  rdi: 64,
  rsi: 72,
  rbp: 80,
  rbx: 88,
  rdx: 96,
  rax: 104,
  rcx: 112,
  rsp: 120,
  rip: 128,
  eflags: 136,
  cs: 144,
  gs: 146,
  fs: 148,
  ss: 150,
  err: 152,
  trapno: 160,
  oldmask: 168,
  cr2: 176,
  fpstate: 184,
} as const;

/** The context of the interrupted code. uc_sigmask is 8 bytes: the kernel's set. */
export const UCONTEXT = {
  size: 304,
  uc_flags: 0,
  uc_link: 8,
  uc_stack: 16,
  uc_mcontext: 40,
  uc_sigmask: 296,
} as const;

/**
 * What the stack pointer points at when a handler starts; pretcode is the return address,
 * sa_restorer.
 */
export const RT_SIGFRAME = {
  size: 440,
  pretcode: 0,
  uc: 8,
  info: 312,
} as const;

/** The FXSAVE image, as Intel's manual lays it out (SDM volume 1, section 10.5.1). */
export const FPSTATE = {
  size: 512,
  cwd: 0,
  swd: 2,
  twd: 4,
  fop: 6,
  rip: 8,
  rdp: 16,
  mxcsr: 24,
  mxcsr_mask: 28,
  st_space: 32,
  xmm_space: 160,
  sw_reserved: 464,
} as const;

/** The kernel's note in the last 48 bytes of the FXSAVE image. */
export const FPX_SW_BYTES = {
  size: 48,
  magic1: 0,
  extended_size: 4,
  xfeatures: 8,
  xstate_size: 16,
} as const;
