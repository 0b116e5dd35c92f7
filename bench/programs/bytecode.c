// An interpreter's loop: one switch over the operations of a stack machine, as language runtimes have it.
#include "timing.h"

enum op { PUSH, ADD, SUB, MUL, DUP, SWAP, LOAD, STORE, JUMP_IF, LESS, AND, SHIFT, HALT };

struct insn {
  uint8_t op;
  int32_t arg;
};

// a = 1; b = 0; for (i = 0; i < n; i++) { b = b + (a & 1023) * 3 - i; a = a * 5 + 1 ^ ... }; result b
static const struct insn code[] = {
    {LOAD, 2}, {PUSH, 1023}, {AND, 0}, {PUSH, 3}, {MUL, 0}, {LOAD, 1}, {ADD, 0}, {LOAD, 0}, {SUB, 0}, {STORE, 1},
    {LOAD, 2}, {PUSH, 5}, {MUL, 0}, {DUP, 0}, {SHIFT, 7}, {SWAP, 0}, {ADD, 0}, {PUSH, 1}, {ADD, 0}, {STORE, 2},
    {LOAD, 0}, {PUSH, 1}, {ADD, 0}, {DUP, 0}, {STORE, 0}, {LOAD, 3}, {LESS, 0}, {JUMP_IF, 0}, {HALT, 0},
};

static uint64_t interpret(uint64_t variables[4]) {
  uint64_t stack[16], *top = stack;
  const struct insn *pc = code;
  for (;;) {
    const struct insn *insn = pc++;
    switch ((enum op)insn->op) {
      case PUSH: *++top = (uint64_t)insn->arg; break;
      case ADD: top--; top[0] += top[1]; break;
      case SUB: top--; top[0] -= top[1]; break;
      case MUL: top--; top[0] *= top[1]; break;
      case DUP: top[1] = top[0]; top++; break;
      case SWAP: { uint64_t t = top[0]; top[0] = top[-1]; top[-1] = t; break; }
      case LOAD: *++top = variables[insn->arg]; break;
      case STORE: variables[insn->arg] = *top--; break;
      case LESS: top--; top[0] = top[0] < top[1]; break;
      case AND: top--; top[0] &= top[1]; break;
      case SHIFT: *top >>= insn->arg; break;
      case JUMP_IF: if (*top--) pc = code + insn->arg; break;
      case HALT: return variables[1];
    }
  }
}

int main(int argc, char **argv) {
  uint64_t variables[4] = {0, 0, 1, (uint64_t)rounds(argc, argv, 10000000)};
  uint64_t start = now_ns();
  report_u64(start, interpret(variables));
  return 0;
}
