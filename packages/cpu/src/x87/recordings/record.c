/*
 * Records what the processor at hand makes of x87 instructions.
 *
 *   cc -O1 -mno-red-zone -o record record.c && ./record > x87.txt
 *   ./record <seed> <factor>    other operands, factor times as many cases
 *
 * Output: "cpu" (its name), "f80 <n>" and "mem <n>" (pools of operands), then per instruction
 *   op <hex bytes> <name>
 * followed by its cases:
 *   depth a b mem cw flags > cw sw tags flags mem st0 st1 …
 * depth: registers in use before (st0 = pool[a], all others pool[b]); mem: 16 bytes at the memory operand, pool index;
 * after ">": control word, status word, FNSAVE's tag word, status flags (CF PF ZF …), memory operand ("=" unchanged),
 * and the registers in use, "a" or "b" where they equal that operand.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef unsigned char u8;
typedef uint64_t u64;

static u64 seed = 0x9e3779b97f4a7c15u;
static int factor = 1;
static u64 rnd(void) {
  seed ^= seed >> 12;
  seed ^= seed << 25;
  seed ^= seed >> 27;
  return seed * 0x2545f4914f6cdd1du;
}
static int below(int n) { return (rnd() >> 33) % n; }

#define POOL 320
static u8 f80[POOL][10];
static int f80s, corners;
static u8 mem[POOL][16];
static int mems;

static void put(unsigned se, u64 m) {
  memcpy(f80[f80s], &m, 8);
  f80[f80s][8] = se;
  f80[f80s++][9] = se >> 8;
}

static void fill_f80(void) {
  static const struct { unsigned e; u64 m; } c[] = {
    {0, 0}, {0, 1}, {0, 0x7fffffffffffffff}, {0, 0x0000000100000000}, {0, 0x8000000000000000}, {0, 0xc000000000000001},
    {1, 0x8000000000000000}, {1, 0xffffffffffffffff}, {2, 0x8000000000000001}, {0x3fff, 0x8000000000000000},
    {0x3fff, 0x8000000000000001}, {0x3ffe, 0xffffffffffffffff}, {0x3ffe, 0x8000000000000000}, {0x4000, 0xc000000000000000},
    {0x4000, 0xc90fdaa22168c235}, {0x3fff, 0xc90fdaa22168c235}, {0x7ffe, 0xffffffffffffffff}, {0x7ffe, 0x8000000000000000},
    {0x7fff, 0x8000000000000000}, {0x7fff, 0xc000000000000000}, {0x7fff, 0xa000000000000000}, {0x7fff, 0xe000000000000123},
    {0x7fff, 0x8000000000000001}, {0x7fff, 0}, {0x7fff, 0x4000000000000000}, {0x4000, 0x4000000000000000}, {1, 1},
    {0x400d, 0xffff000000000000}, {0x400e, 0x8000000000000000}, {0x400d, 0xfffe000000000000}, {0x401e, 0x8000000000000000},
    {0x401d, 0xffffffff00000000}, {0x403e, 0x8000000000000000}, {0x403d, 0xfffffffffffffffe}, {0x403e, 0x8000000000000001},
    {0x403a, 0xde0b6b3a763fffff}, {0x403a, 0xde0b6b3a76400000}, {0x3ffd, 0x8000000000000000}, {0x43fe, 0xfffffffffffff800},
    {0x43fe, 0xfffffffffffffc00}, {0x43fe, 0xfffffffffffffbff}, {0x3c01, 0x8000000000000000}, {0x3c00, 0xffffffffffffffff},
    {0x3bcd, 0x8000000000000000}, {0x3bcc, 0x8000000000000001}, {0x407e, 0xffffff0000000000}, {0x407e, 0xffffff8000000000},
    {0x3f81, 0x8000000000000000}, {0x3f80, 0xfffffffffffffff0}, {0x3f6a, 0x8000000000000000}, {0x3fff, 0x8000000000000400},
    {0x3fff, 0x8000000000000c00}, {0x3fff, 0x8000008000000000}, {0x3fff, 0xffffff8000000000}, {0x3fff, 0xfffffffffffffc00},
    {0x5fff, 0x8000000000000000}, {0x2000, 0x9000000000000001},
  };
  for (unsigned i = 0; i < sizeof c / sizeof *c; i++) {
    put(c[i].e, c[i].m);
    put(c[i].e | 0x8000, c[i].m);
  }
  corners = f80s;
  while (f80s < POOL) {
    int kind = below(6);
    u64 m = rnd() | 1ull << 63;
    if (below(4) == 0) m &= ~0ull << below(63);
    unsigned e = kind < 3   ? 0x3fff - below(12) /* (-2, 2) */
                 : kind == 3 ? 0x3fff - below(80)
                 : kind == 4 ? 0x3fff + below(75)
                             : (unsigned)below(0x7ffe) + 1;
    put(e | (below(2) << 15), m | 1ull << 63);
  }
}

static void fill_mem(void) {
  static const u64 c[] = {
    0, 1, 0x8000000000000000, 0x7fffffffffffffff, 0xffffffffffffffff, 0x3ff0000000000000, 0xbff0000000000001, 0x7ff0000000000000,
    0x7ff0000000000001, 0x7ff8000000000000, 0xfff8000000000123, 0x000fffffffffffff, 0x8000000000000001, 0x7fefffffffffffff,
    0x3f800000, 0x7f800000, 0x7f800001, 0xffc00000, 0x007fffff, 0x80000001, 0x80000000, 0x7fffffff, 0x8000, 0x7fff, 0xffff,
    0x3fb999999999999a, 0x4008000000000000,
  };
  for (unsigned i = 0; i < sizeof c / sizeof *c; i++) {
    memcpy(mem[mems], &c[i], 8);
    u64 hi = 0x3ff0 + i;
    memcpy(mem[mems++] + 8, &hi, 8);
  }
  for (int i = 0; i < 16; i++) { /* packed decimal */
    for (int j = 0; j < 9; j++) mem[mems][j] = below(10) << 4 | below(10);
    mem[mems++][9] = below(2) << 7;
  }
  for (int i = 0; i < 24; i++) { /* an m80 */
    memcpy(mem[mems++], f80[i * 5], 10);
  }
  for (int i = 0; i < 20; i++) {
    u64 a = rnd();
    if (i & 1) a = (a & 0x800fffffffffffff) | (u64)(1023 - 8 + below(16)) << 52;
    u64 b = 0x3ffe + i;
    if (i % 4 == 3) a = (a & 0x807fffff807fffff) | (u64)(127 - 8 + below(16)) << 23;
    memcpy(mem[mems], &a, 8);
    memcpy(mem[mems++] + 8, &b, 8);
  }
}

static u8 *code;
static u8 buffer[16] __attribute__((aligned(16)));
static u8 image[108];

static u64 run(const u8 *a, const u8 *b, int depth, unsigned short cw, u64 flags) {
  u64 out;
  /* Registers that are empty hold zero: fxam looks at them. */
  __asm__ volatile("fninit\n\tfldz\n\tfldz\n\tfldz\n\tfldz\n\tfldz\n\tfldz\n\tfldz\n\tfldz\n\tfninit" ::: "memory");
  for (int i = 1; i < depth; i++) __asm__ volatile("fldt %0" ::"m"(*(const u8(*)[10])b));
  if (depth > 0) __asm__ volatile("fldt %0" ::"m"(*(const u8(*)[10])a));
  __asm__ volatile("fldcw %[cw]\n\t"
                   "pushq %[in]\n\t"
                   "popfq\n\t"
                   "call *%[code]\n\t"
                   "pushfq\n\t"
                   "popq %[out]\n\t"
                   "fnsave %[image]"
                   : [out] "=&r"(out), [image] "=m"(image)
                   : [cw] "m"(cw), [in] "r"(flags | 2), [code] "r"(code), "S"(buffer)
                   : "memory", "cc", "rax");
  return out & 0x8d5;
}

static void hex(const u8 *p, int n) {
  while (n--) printf("%02x", p[n]);
}

static void one(int depth, int a, int b, int m, unsigned short cw, u64 flags) {
  memcpy(buffer, mem[m], 16);
  u64 out = run(f80[a], f80[b], depth, cw, flags);
  unsigned short out_cw, sw, tags;
  memcpy(&out_cw, image, 2);
  memcpy(&sw, image + 4, 2);
  memcpy(&tags, image + 8, 2);
  printf("%d %d %d %d %x %x > %x %x %x %x ", depth, a, b, m, cw, (unsigned)flags, out_cw, sw, tags, (unsigned)out);
  if (memcmp(buffer, mem[m], 16) == 0) printf("=");
  else hex(buffer, 16);
  int top = sw >> 11 & 7;
  for (int i = 0; i < 8; i++) {
    if ((tags >> 2 * ((top + i) & 7) & 3) == 3) continue;
    const u8 *st = image + 28 + 10 * i;
    printf(" ");
    if (depth > 0 && memcmp(st, f80[a], 10) == 0) printf("a");
    else if (depth > 0 && memcmp(st, f80[b], 10) == 0) printf("b");
    else hex(st, 10);
  }
  printf("\n");
}

static void op(const char *bytes, const char *name, int cases) {
  int n = 0;
  for (; bytes[2 * n]; n++) {
    unsigned x;
    sscanf(bytes + 2 * n, "%2x", &x);
    code[n] = x;
  }
  code[n] = 0xc3;
  printf("op %s %s\n", bytes, name);
  for (int i = 0; i < cases * factor; i++) {
    int a = below(below(3) ? POOL : corners), b = below(below(3) ? POOL : corners);
    int depth = i % 16 == 5 ? 0 : i % 16 == 9 ? 1 : i % 16 == 13 ? 8 : 2;
    static const u8 rc[] = {0, 0, 0, 1, 2, 3}, pc[] = {3, 3, 3, 0, 2};
    unsigned short cw = 0x40 | rc[below(6)] << 10 | pc[below(5)] << 8 | (below(4) ? 0x3f : below(64));
    u64 flags = (rnd() & 0x8d5);
    one(depth, a, b, below(mems), cw, flags);
  }
}


int main(int argc, char **argv) {
  if (argc > 2) seed = strtoull(argv[1], 0, 0), factor = atoi(argv[2]);
  code = mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  fill_f80();
  fill_mem();
  FILE *f = fopen("/proc/cpuinfo", "r");
  char line[256];
  while (f && fgets(line, sizeof line, f))
    if (strncmp(line, "model name", 10) == 0) {
      printf("cpu %s", strchr(line, ':') + 2);
      break;
    }
  printf("f80 %d\n", f80s);
  for (int i = 0; i < f80s; i++) hex(f80[i], 10), printf("\n");
  printf("mem %d\n", mems);
  for (int i = 0; i < mems; i++) hex(mem[i], 16), printf("\n");

  static const char *names[] = {"add", "mul", "com", "comp", "sub", "subr", "div", "divr"};
  static const int counts[] = {240, 240, 80, 40, 120, 60, 200, 60};
  char bytes[8], name[32];
  static const struct { int opcode; const char *kind; } memory[] = {{0xd8, "m32"}, {0xda, "i32"}, {0xdc, "m64"}, {0xde, "i16"}};
  for (int i = 0; i < 8; i++) {
    sprintf(bytes, "d8%02x", 0xc1 + 8 * i), sprintf(name, "f%s", names[i]), op(bytes, name, counts[i]);
    for (int j = 0; j < 4; j++)
      sprintf(bytes, "%02x%02x", memory[j].opcode, 6 + 8 * i), sprintf(name, "f%s.%s", names[i], memory[j].kind), op(bytes, name, 32);
    if (i != 2 && i != 3)
      sprintf(bytes, "dc%02x", 0xc1 + 8 * (i < 4 ? i : i ^ 1)), sprintf(name, "f%s.to", names[i]), op(bytes, name, 24),
      sprintf(bytes, "de%02x", 0xc1 + 8 * (i < 4 ? i : i ^ 1)), sprintf(name, "f%sp", names[i]), op(bytes, name, 24);
  }
  static const struct { const char *bytes, *name; int cases; } ops[] = {
    {"d906", "fld.m32", 60}, {"dd06", "fld.m64", 60}, {"db2e", "fld.m80", 60}, {"df06", "fild.i16", 40}, {"db06", "fild.i32", 40},
    {"df2e", "fild.i64", 40}, {"df26", "fbld", 40}, {"d9c1", "fld.st", 40},
    {"d916", "fst.m32", 200}, {"d91e", "fstp.m32", 60}, {"dd16", "fst.m64", 200}, {"dd1e", "fstp.m64", 60}, {"db3e", "fstp.m80", 60},
    {"df16", "fist.i16", 120}, {"df1e", "fistp.i16", 40}, {"db16", "fist.i32", 120}, {"db1e", "fistp.i32", 40}, {"df3e", "fistp.i64", 160},
    {"df0e", "fisttp.i16", 80}, {"db0e", "fisttp.i32", 80}, {"dd0e", "fisttp.i64", 80}, {"df36", "fbstp", 160},
    {"ddd1", "fst.st", 32}, {"ddd9", "fstp.st", 32}, {"d9c9", "fxch", 40}, {"dfc1", "ffreep", 20}, {"ddc1", "ffree", 20},
    {"dac1", "fcmovb", 32}, {"dac9", "fcmove", 32}, {"dad1", "fcmovbe", 32}, {"dad9", "fcmovu", 32},
    {"dbc1", "fcmovnb", 32}, {"dbc9", "fcmovne", 32}, {"dbd1", "fcmovnbe", 32}, {"dbd9", "fcmovnu", 32},
    {"dae9", "fucompp", 40}, {"ded9", "fcompp", 40}, {"dde1", "fucom", 80}, {"dde9", "fucomp", 40},
    {"dbe9", "fucomi", 80}, {"dbf1", "fcomi", 80}, {"dfe9", "fucomip", 40}, {"dff1", "fcomip", 40}, {"d9e4", "ftst", 60}, {"d9e5", "fxam", 80},
    {"d9d0", "fnop", 8}, {"d9e0", "fchs", 24}, {"d9e1", "fabs", 24}, {"d9f6", "fdecstp", 16}, {"d9f7", "fincstp", 16},
    {"d9e8", "fld1", 20}, {"d9e9", "fldl2t", 24}, {"d9ea", "fldl2e", 24}, {"d9eb", "fldpi", 24}, {"d9ec", "fldlg2", 24}, {"d9ed", "fldln2", 24}, {"d9ee", "fldz", 20},
    {"d9fa", "fsqrt", 240}, {"d9fc", "frndint", 200}, {"d9f8", "fprem", 240}, {"d9f5", "fprem1", 240}, {"d9fd", "fscale", 200}, {"d9f4", "fxtract", 100},
    {"d9f0", "f2xm1", 200}, {"d9f1", "fyl2x", 240}, {"d9f9", "fyl2xp1", 240}, {"d9f2", "fptan", 200}, {"d9f3", "fpatan", 300},
    {"d9fe", "fsin", 240}, {"d9ff", "fcos", 200}, {"d9fb", "fsincos", 160},
    {"d92e", "fldcw", 20}, {"d93e", "fnstcw", 16}, {"dd3e", "fnstsw", 16}, {"9b", "fwait", 8}, {"dbe2", "fnclex", 8}, {"dbe3", "fninit", 8},
  };
  for (unsigned i = 0; i < sizeof ops / sizeof *ops; i++) op(ops[i].bytes, ops[i].name, ops[i].cases);
  return 0;
}
