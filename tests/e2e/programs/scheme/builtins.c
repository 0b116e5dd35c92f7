/* Procedures written in C. */
#include "scheme.h"

static long number(Value *args) {
  if (args->type != PAIR || args->first->type != INTEGER) fail("not a number");
  return args->first->integer;
}

static Value *pair(Value *args) {
  if (args->type != PAIR || args->first->type != PAIR) fail("not a pair");
  return args->first;
}

static Value *boolean(int value) { return value ? yes : no; }

static Value *add(Value *args) {
  long sum = 0;
  for (; args != nil; args = args->rest) sum += number(args);
  return integer(sum);
}

static Value *subtract(Value *args) { return integer(number(args) - number(args->rest)); }

static Value *multiply(Value *args) {
  long product = 1;
  for (; args != nil; args = args->rest) product *= number(args);
  return integer(product);
}

static Value *quotient(Value *args) {
  if (number(args->rest) == 0) fail("division by zero");
  return integer(number(args) / number(args->rest));
}

static Value *remainder_(Value *args) {
  if (number(args->rest) == 0) fail("division by zero");
  return integer(number(args) % number(args->rest));
}

static Value *less(Value *args) { return boolean(number(args) < number(args->rest)); }

static Value *equal(Value *args) {
  Value *a = args->first, *b = args->rest->first;
  return boolean(a == b || (a->type == INTEGER && b->type == INTEGER && a->integer == b->integer));
}

static Value *cons_(Value *args) { return cons(args->first, args->rest->first); }
static Value *car(Value *args) { return pair(args)->first; }
static Value *cdr(Value *args) { return pair(args)->rest; }
static Value *is_null(Value *args) { return boolean(args->first == nil); }
static Value *is_pair(Value *args) { return boolean(args->first->type == PAIR); }

static Value *display(Value *args) {
  for (; args != nil; args = args->rest) {
    print_value(args->first);
    putchar(args->rest == nil ? '\n' : ' ');
  }
  return nil;
}

static Value *has_collected(Value *args) {
  (void)args;
  return boolean(collections > 0);
}

static const struct {
  const char *name;
  Builtin *function;
} table[] = {
    {"+", add},
    {"-", subtract},
    {"*", multiply},
    {"quotient", quotient},
    {"remainder", remainder_},
    {"<", less},
    {"=", equal},
    {"eq?", equal},
    {"cons", cons_},
    {"car", car},
    {"cdr", cdr},
    {"null?", is_null},
    {"pair?", is_pair},
    {"display", display},
    {"collected?", has_collected},
};

void define_builtins(Value *env) {
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    define(env, symbol(table[i].name), builtin(table[i].function));
  }
}
