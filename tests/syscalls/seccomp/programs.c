/* Which BPF programs are taken, and what they compute. */
#include "filter.h"
static const char *name;
static struct sock_filter *program;
static int length;
static void try_it(void) {
  errno = 0;
  long result = install(program, length, 0);
  printf("%s: %s", name, result == 0 ? "taken" : strerrorname_np(errno));
  if (result == 0) {
    errno = 0;
    syscall(SYS_getpriority, 0x123456789abcdef0, 2, 3, 4, 5, 6);
    printf(", errno %d", errno);
  }
  printf("\n");
}
#define CHECK(text, ...) do { \
    static struct sock_filter p[] = {__VA_ARGS__}; \
    name = text; program = p; length = sizeof p / sizeof *p; \
    fflush(stdout); \
    pid_t pid = fork(); \
    if (pid == 0) { try_it(); _exit(0); } \
    waitpid(pid, NULL, 0); \
  } while (0)
/* Only getpriority gets to the part that computes. */
#define ONLY LOAD(nr), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpriority, 1, 0), ANSWER(SECCOMP_RET_ALLOW)
/* Gives what is in A as an errno. */
#define GIVE BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff), BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO), \
             BPF_STMT(BPF_RET | BPF_A, 0)
#define ALU(op, k) BPF_STMT(BPF_ALU | op | BPF_K, k)
int main(void) {
  CHECK("no end", LOAD(nr));
  CHECK("jump out", BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("jump out always", BPF_STMT(BPF_JMP | BPF_JA, 1), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("jump far", BPF_STMT(BPF_JMP | BPF_JA, -1), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("load byte", BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("load misaligned", BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 2), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("load beyond", BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 64), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("load indirect", BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("divide by zero", ALU(BPF_DIV, 0), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("modulo", ALU(BPF_MOD, 3), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("shift by 32", ALU(BPF_LSH, 32), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("memory 16", BPF_STMT(BPF_ST, 16), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("memory not written", BPF_STMT(BPF_LD | BPF_MEM, 3), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("opcode", BPF_STMT(0xff, 3), ANSWER(SECCOMP_RET_ALLOW));
  CHECK("length", ONLY, BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), GIVE);
  CHECK("argument low", ONLY, LOAD(args[0]), ALU(BPF_RSH, 4), GIVE);
  CHECK("argument high", ONLY, BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 20), GIVE);
  CHECK("arguments", ONLY, LOAD(args[5]), BPF_STMT(BPF_MISC | BPF_TAX, 0), LOAD(args[4]),
        BPF_STMT(BPF_ALU | BPF_MUL | BPF_X, 0), GIVE);
  CHECK("arch", ONLY, LOAD(arch), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0), ANSWER(SECCOMP_RET_ALLOW),
        ANSWER(SECCOMP_RET_ERRNO | 11));
  CHECK("memory", ONLY, BPF_STMT(BPF_LD | BPF_IMM, 40), BPF_STMT(BPF_ST, 15), BPF_STMT(BPF_LDX | BPF_MEM, 15),
        BPF_STMT(BPF_LD | BPF_IMM, 2), BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0), GIVE);
  CHECK("arithmetic", ONLY, BPF_STMT(BPF_LD | BPF_IMM, 100), ALU(BPF_SUB, 107), BPF_STMT(BPF_ALU | BPF_NEG, 0),
        ALU(BPF_XOR, 1), ALU(BPF_LSH, 4), ALU(BPF_DIV, 3), GIVE);
  CHECK("unsigned", ONLY, BPF_STMT(BPF_LD | BPF_IMM, 0xffffffff), BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 1, 1, 0),
        ANSWER(SECCOMP_RET_ERRNO | 1), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x80000000, 0, 1),
        ANSWER(SECCOMP_RET_ERRNO | 2), ANSWER(SECCOMP_RET_ERRNO | 3));
  CHECK("x comparison", ONLY, BPF_STMT(BPF_LDX | BPF_IMM, 7), BPF_STMT(BPF_LD | BPF_IMM, 7),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_X, 0, 0, 1), ANSWER(SECCOMP_RET_ERRNO | 4), ANSWER(SECCOMP_RET_ERRNO | 5));
  return 0;
}
