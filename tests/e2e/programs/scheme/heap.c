/* Values, and the collector: it marks what the roots reach, and frees the rest. */
#include "scheme.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ROOTS = 1 << 16, FIRST_LIMIT = 10000 };

static Value nil_value = {.type = NIL}, yes_value = {.type = BOOLEAN}, no_value = {.type = BOOLEAN};
Value *nil = &nil_value, *yes = &yes_value, *no = &no_value;

static Value *all;
static Value **roots[MAX_ROOTS];
static int root_count;
static size_t live, limit = FIRST_LIMIT;
long collections;

/* Symbols are compared by address and never freed. */
static Value *symbols;

void fail(const char *why) {
  fflush(stdout);
  fprintf(stderr, "scheme: %s\n", why);
  exit(1);
}

void push_root(Value **root) {
  if (root_count == MAX_ROOTS) fail("too deep");
  roots[root_count++] = root;
}

void pop_roots(int count) { root_count -= count; }

static void mark(Value *value) {
  while (value != NULL && !value->marked) {
    value->marked = 1;
    if (value->type == PAIR) {
      mark(value->first);
      value = value->rest;
    } else if (value->type == CLOSURE) {
      mark(value->params);
      mark(value->body);
      value = value->env;
    } else {
      return;
    }
  }
}

void collect(void) {
  for (int i = 0; i < root_count; i++) mark(*roots[i]);
  mark(symbols);
  Value **link = &all;
  while (*link != NULL) {
    Value *value = *link;
    if (value->marked) {
      value->marked = 0;
      link = &value->next;
    } else {
      *link = value->next;
      free(value);
      live--;
    }
  }
  nil->marked = yes->marked = no->marked = 0;
  limit = live * 2 > FIRST_LIMIT ? live * 2 : FIRST_LIMIT;
  collections++;
}

static Value *allocate(Type type) {
  Value *value = calloc(1, sizeof *value);
  if (value == NULL) fail("out of memory");
  value->type = type;
  value->next = all;
  all = value;
  live++;
  return value;
}

Value *integer(long n) {
  if (live > limit) collect();
  Value *value = allocate(INTEGER);
  value->integer = n;
  return value;
}

Value *cons(Value *first, Value *rest) {
  push_root(&first);
  push_root(&rest);
  if (live > limit) collect();
  pop_roots(2);
  Value *value = allocate(PAIR);
  value->first = first;
  value->rest = rest;
  return value;
}

Value *symbol(const char *name) {
  if (symbols == NULL) symbols = nil;
  for (Value *s = symbols; s != nil; s = s->rest) {
    if (strcmp(s->first->symbol, name) == 0) return s->first;
  }
  Value *value = allocate(SYMBOL);
  value->symbol = strdup(name);
  symbols = cons(value, symbols);
  return value;
}

Value *builtin(Builtin *function) {
  Value *value = allocate(BUILTIN);
  value->builtin = function;
  return value;
}

Value *closure(Value *params, Value *body, Value *env) {
  Value *value = allocate(CLOSURE);
  value->params = params;
  value->body = body;
  value->env = env;
  return value;
}
