/*
 * Runs single instructions, and short sequences of them, on the host's processor and tells what they did.
 *
 *   cc -O2 -fno-stack-protector -o recorder recorder.c
 *   recorder < batch > results          (layouts below; written and read by recorder.ts)
 *
 * Each case is entered and left through a signal frame: the handler that reports case i loads the registers of
 * case i + 1 into its ucontext and returns, so that rt_sigreturn(2) enters the next instruction with every
 * register, the flags, x87 and SSE state as wanted. The code page is filled with int3; the SIGTRAP behind
 * the instruction, or the fault that it raises itself, enters the handler again.
 *
 * fs and gs bases of a case are live until the handler has put the host's back, so nothing in this file
 * that runs in the handler may use thread-local storage (errno, the stack protector).
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define BATCH_MAGIC 0x4153494bu /* "KISA" */
#define INT3 0xcc
#define CODE_MAX 128 /* one instruction, or a short sequence */
#define LEGACY_FX 464 /* the rest of the 512 bytes is the kernel's sw_reserved */
#define EFLAGS_NT 0x4000
#define EFLAGS_AC 0x40000
#define EFLAGS_ID 0x200000
#define EFLAGS_USER 0x240dd5 /* what rt_sigreturn takes from a frame, and ID */

/* Case flags. */
#define USES_SEGMENT_BASES 1u

struct batch {
  uint32_t magic, count;
  uint32_t code_base, code_len; /* readable and executable */
  uint32_t data_base, rw_len, ro_len; /* read-write pages, then read-only ones; what is around is unmapped */
  uint32_t reserved;
  /* then: background (rw_len + ro_len bytes), then the cases */
};

struct registers {
  uint64_t gpr[16]; /* encoding order: rax rcx rdx rbx rsp rbp rsi rdi r8 … r15 */
  uint64_t rip, rflags, fs_base, gs_base;
  uint8_t fx[512]; /* FXSAVE64 image */
};

struct case_in {
  uint32_t flags, code_len;
  uint8_t code[CODE_MAX];
  struct registers regs;
  uint32_t windows, reserved;
  /* then per window: u32 addr, u32 len, len bytes padded to 8 */
};

struct case_out {
  uint32_t signo, trapno;
  uint64_t error, cr2;
  struct registers regs;
  uint32_t changes, reserved;
  /* then per run of changed memory: as a window */
};

static const int greg_of[16] = {
    REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
    REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

static struct batch batch;
static const uint8_t *background, *next_case;
static uint8_t *code_alias; /* writable view of the code pages */
static uint8_t *before;     /* data arena as the running case found it */
static struct case_in current;
static uint32_t done;
static int started;
static volatile int in_handler;

static uint8_t *out_buffer;
static size_t out_len, out_capacity;

static gregset_t main_gregs;
static uint8_t main_fx[LEGACY_FX];
static uint64_t host_fs, host_gs;

static long raw_arch_prctl(int code, uint64_t value) {
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(SYS_arch_prctl), "D"(code), "S"(value) : "rcx", "r11", "memory");
  return result;
}

static void die(const char *what) {
  ssize_t ignored = write(2, what, strlen(what));
  (void)ignored;
  _exit(3);
}

static void *reserve_out(size_t len) {
  if (out_len + len > out_capacity) die("recorder: result buffer is full\n");
  void *p = out_buffer + out_len;
  out_len += len;
  return p;
}

static uint32_t arena_len(void) { return batch.rw_len + batch.ro_len; }

static uint32_t report_changes(void) {
  const uint8_t *now = (const uint8_t *)(uintptr_t)batch.data_base;
  uint32_t runs = 0;
  for (uint32_t i = 0; i < batch.rw_len; i += 8) {
    if (memcmp(now + i, before + i, 8) == 0) continue;
    uint32_t end = i + 8;
    while (end < batch.rw_len && memcmp(now + end, before + end, 8) != 0) end += 8;
    uint32_t *run = reserve_out(8 + (end - i));
    run[0] = batch.data_base + i;
    run[1] = end - i;
    memcpy(run + 2, now + i, end - i);
    runs++;
    i = end - 8;
  }
  return runs;
}

static void report(int signo, ucontext_t *context) {
  struct case_out *out = reserve_out(sizeof *out);
  const greg_t *gregs = context->uc_mcontext.gregs;
  memset(out, 0, sizeof *out);
  out->signo = signo;
  out->trapno = gregs[REG_TRAPNO];
  out->error = gregs[REG_ERR];
  out->cr2 = gregs[REG_CR2];
  for (int i = 0; i < 16; i++) out->regs.gpr[i] = gregs[greg_of[i]];
  out->regs.rip = gregs[REG_RIP];
  out->regs.rflags = gregs[REG_EFL];
  if (current.flags & USES_SEGMENT_BASES) {
    raw_arch_prctl(ARCH_GET_FS, (uint64_t)&out->regs.fs_base);
    raw_arch_prctl(ARCH_GET_GS, (uint64_t)&out->regs.gs_base);
    raw_arch_prctl(ARCH_SET_FS, host_fs);
    raw_arch_prctl(ARCH_SET_GS, host_gs);
  }
  memcpy(out->regs.fx, context->uc_mcontext.fpregs, LEGACY_FX);
  out->changes = report_changes();
}

/* Writes the next case's code and memory and makes `context` enter it. */
static void enter_next(ucontext_t *context) {
  uint8_t *arena = (uint8_t *)(uintptr_t)batch.data_base;
  if (started) memset(code_alias + (current.regs.rip - batch.code_base), INT3, current.code_len);
  started = 1;

  memcpy(&current, next_case, sizeof current);
  next_case += sizeof current;
  memcpy(arena, background, batch.rw_len);
  for (uint32_t i = 0; i < current.windows; i++) {
    const uint32_t *window = (const uint32_t *)next_case;
    if (window[0] < batch.data_base || window[0] + window[1] > batch.data_base + batch.rw_len) die("recorder: window outside the arena\n");
    memcpy((void *)(uintptr_t)window[0], window + 2, window[1]);
    next_case += 8 + ((window[1] + 7) & ~7u);
  }
  memcpy(before, arena, batch.rw_len);
  memcpy(code_alias + (current.regs.rip - batch.code_base), current.code, current.code_len);

  greg_t *gregs = context->uc_mcontext.gregs;
  for (int i = 0; i < 16; i++) gregs[greg_of[i]] = current.regs.gpr[i];
  gregs[REG_RIP] = current.regs.rip;
  gregs[REG_EFL] = (gregs[REG_EFL] & ~(greg_t)EFLAGS_USER) | (current.regs.rflags & EFLAGS_USER);
  memcpy(context->uc_mcontext.fpregs, current.regs.fx, LEGACY_FX);
  if (current.flags & USES_SEGMENT_BASES) {
    raw_arch_prctl(ARCH_SET_GS, current.regs.gs_base);
    raw_arch_prctl(ARCH_SET_FS, current.regs.fs_base);
  }
}

static void handler(int signo, siginfo_t *info, void *raw) {
  (void)info;
  /* A popf of the last case may have left AC (our own unaligned accesses would trap), NT or ID set. */
  __asm__ volatile("pushfq; andl %0, (%%rsp); popfq" : : "i"(~(EFLAGS_AC | EFLAGS_NT | EFLAGS_ID)) : "memory", "cc");
  if (in_handler) die("recorder: fault in the handler\n");
  in_handler = 1;
  ucontext_t *context = raw;
  if (!started) {
    memcpy(main_gregs, context->uc_mcontext.gregs, sizeof main_gregs);
    memcpy(main_fx, context->uc_mcontext.fpregs, LEGACY_FX);
  } else {
    report(signo, context);
    done++;
  }
  if (done < batch.count) {
    enter_next(context);
  } else {
    memcpy(context->uc_mcontext.gregs, main_gregs, sizeof main_gregs);
    memcpy(context->uc_mcontext.fpregs, main_fx, LEGACY_FX);
  }
  in_handler = 0;
}

static void *map_fixed(uint32_t addr, size_t len, int prot, int flags, int fd) {
  void *p = mmap((void *)(uintptr_t)addr, len, prot, flags | MAP_FIXED_NOREPLACE, fd, 0);
  if (p != (void *)(uintptr_t)addr) die("recorder: the arena's addresses are taken\n");
  return p;
}

static void map_arena(void) {
  int fd = memfd_create("code", 0);
  if (fd < 0 || ftruncate(fd, batch.code_len) != 0) die("recorder: memfd\n");
  code_alias = mmap(NULL, batch.code_len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (code_alias == MAP_FAILED) die("recorder: mmap\n");
  memset(code_alias, INT3, batch.code_len);
  /* Present from the start, or a store there would not be a protection fault. */
  map_fixed(batch.code_base, batch.code_len, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_POPULATE, fd);
  uint8_t *data = map_fixed(batch.data_base, arena_len(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  memcpy(data, background, arena_len());
  if (mprotect(data + batch.rw_len, batch.ro_len, PROT_READ) != 0) die("recorder: mprotect\n");
  before = malloc(batch.rw_len);
}

static uint8_t *read_all(size_t *len) {
  size_t capacity = 1 << 20;
  uint8_t *buffer = malloc(capacity);
  *len = 0;
  for (;;) {
    if (*len == capacity) buffer = realloc(buffer, capacity *= 2);
    ssize_t n = read(0, buffer + *len, capacity - *len);
    if (n < 0) die("recorder: read\n");
    if (n == 0) return buffer;
    *len += n;
  }
}

int main(void) {
  size_t len;
  uint8_t *input = read_all(&len);
  if (len < sizeof batch) die("recorder: short batch\n");
  memcpy(&batch, input, sizeof batch);
  if (batch.magic != BATCH_MAGIC) die("recorder: not a batch\n");
  background = input + sizeof batch;
  next_case = background + arena_len();
  map_arena();
  /* The worst case changes every other word of the arena. */
  out_capacity = (size_t)batch.count * (sizeof(struct case_out) + 2 * batch.rw_len) + 4096;
  out_buffer = mmap(NULL, out_capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (out_buffer == MAP_FAILED) die("recorder: mmap\n");

  raw_arch_prctl(ARCH_GET_FS, (uint64_t)&host_fs);
  raw_arch_prctl(ARCH_GET_GS, (uint64_t)&host_gs);
  stack_t stack = {.ss_sp = malloc(1 << 16), .ss_size = 1 << 16};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  static const int signals[] = {SIGTRAP, SIGSEGV, SIGILL, SIGFPE, SIGBUS};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);

  alarm(60); /* an instruction that loops for ever ends the batch */
  if (batch.count > 0) __asm__ volatile("int3" : : : "memory");

  for (size_t off = 0; off < out_len;) {
    ssize_t n = write(1, out_buffer + off, out_len - off);
    if (n < 0) die("recorder: write\n");
    off += n;
  }
  return 0;
}
