/*
 * Records what the processor at hand makes of SSE instructions.
 *
 *   cc -O1 -o record-sse record-sse.c && ./record-sse < sse.txt > new.txt
 *
 * Input and output have one format; what stands after ">" in the input is recorded anew:
 *   cpu <name>
 *   pool <n>                        n lines of 16 bytes in hexadecimal, lowest address first
 *   op <bytes> <name>               then its cases:
 *   <x0> <x1> <x2> <mem> <rcx> <rdx> <mxcsr> > <changed> …
 * x0 x1 x2 mem: pool indices of xmm0, xmm1, xmm2 and the 16 bytes at [rsi] = [rdi]; rcx, rdx: 8-byte halves of the pool
 * (index of the low half = 2 n); rax is rcx; mxcsr in hexadecimal. Changed: "x1=…", "mem=…", "mxcsr=…" as bytes
 * in memory order, and always "f=" with the status flags in hexadecimal (they are clear before).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct state {
  uint8_t xmm[3][16];
  uint8_t mem[16];
  uint64_t rax, rcx, rdx, flags;
  uint32_t mxcsr;
} __attribute__((aligned(64)));

/* A function around a hole: loads the state at rdi, runs what is in the hole, stores the state. */
__asm__(".text\n"
        "head: push %rbx\n mov %rdi, %r11\n ldmxcsr 96(%r11)\n"
        "movups (%r11), %xmm0\n movups 16(%r11), %xmm1\n movups 32(%r11), %xmm2\n"
        "lea 48(%r11), %rsi\n mov %rsi, %rdi\n"
        "mov 64(%r11), %rax\n mov 72(%r11), %rcx\n mov 80(%r11), %rdx\n pushq 88(%r11)\n popfq\n"
        "head_end:\n"
        "tail: pushfq\n popq 88(%r11)\n"
        "movups %xmm0, (%r11)\n movups %xmm1, 16(%r11)\n movups %xmm2, 32(%r11)\n"
        "stmxcsr 96(%r11)\n"
        "mov %rax, 64(%r11)\n mov %rcx, 72(%r11)\n mov %rdx, 80(%r11)\n"
        "pushq $0x1f80\n ldmxcsr (%rsp)\n pop %rax\n pop %rbx\n ret\n"
        "tail_end:\n");
extern const uint8_t head[], head_end[], tail[], tail_end[];

static uint8_t pool[4096][16];

static void unhex(uint8_t *to, const char *s) {
  unsigned v;
  for (int i = 0; sscanf(s + 2 * i, "%2x", &v) == 1; i++) to[i] = v;
}

static void changed(const char *name, const void *before, const void *after, int len) {
  if (memcmp(before, after, len) == 0) return;
  printf(" %s=", name);
  for (int i = 0; i < len; i++) printf("%02x", ((const uint8_t *)after)[i]);
}

int main(void) {
  uint8_t *code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char line[1024];
  int left = 0, filled = 0;
  while (fgets(line, sizeof line, stdin)) {
    char hex[64];
    struct state s, before;
    unsigned x0, x1, x2, mem, rcx, rdx, mxcsr;
    if (left > 0) {
      unhex(pool[filled++], line);
      left--;
    } else if (sscanf(line, "pool %d", &left) == 1) {
    } else if (sscanf(line, "op %63s", hex) == 1) {
      uint8_t *p = code;
      memcpy(p, head, head_end - head);
      p += head_end - head;
      unhex(p, hex);
      p += strlen(hex) / 2;
      memcpy(p, tail, tail_end - tail);
    } else if (sscanf(line, "%u %u %u %u %u %u %x", &x0, &x1, &x2, &mem, &rcx, &rdx, &mxcsr) == 7) {
      memset(&s, 0, sizeof s);
      memcpy(s.xmm[0], pool[x0], 16);
      memcpy(s.xmm[1], pool[x1], 16);
      memcpy(s.xmm[2], pool[x2], 16);
      memcpy(s.mem, pool[mem], 16);
      memcpy(&s.rcx, (uint8_t *)pool + 8 * rcx, 8);
      memcpy(&s.rdx, (uint8_t *)pool + 8 * rdx, 8);
      s.rax = s.rcx;
      s.flags = 0x202;
      s.mxcsr = mxcsr;
      before = s;
      ((void (*)(struct state *))code)(&s);
      printf("%u %u %u %u %u %u %x >", x0, x1, x2, mem, rcx, rdx, mxcsr);
      changed("x0", before.xmm[0], s.xmm[0], 16);
      changed("x1", before.xmm[1], s.xmm[1], 16);
      changed("x2", before.xmm[2], s.xmm[2], 16);
      changed("mem", before.mem, s.mem, 16);
      changed("rax", &before.rax, &s.rax, 8);
      changed("rcx", &before.rcx, &s.rcx, 8);
      changed("rdx", &before.rdx, &s.rdx, 8);
      changed("mxcsr", &before.mxcsr, &s.mxcsr, 4);
      printf(" f=%x\n", (unsigned)s.flags & 0x8d5);
      continue;
    }
    fputs(line, stdout);
  }
  return 0;
}
