/* A small Scheme: integers, symbols, pairs and procedures, with a collector of garbage. */
#ifndef SCHEME_H
#define SCHEME_H

#include <stddef.h>
#include <stdio.h>

typedef enum { NIL, BOOLEAN, INTEGER, SYMBOL, PAIR, BUILTIN, CLOSURE } Type;

typedef struct Value Value;

/* args is a list of evaluated arguments. */
typedef Value *Builtin(Value *args);

struct Value {
  Type type;
  int marked;
  /* The chain of all values, for the collector's sweep. */
  Value *next;
  union {
    long integer;
    const char *symbol;
    struct {
      Value *first, *rest;
    };
    Builtin *builtin;
    /* env: a list of frames, each a list of (name . value). */
    struct {
      Value *params, *body, *env;
    };
  };
};

/* heap.c */
extern Value *nil, *yes, *no;
extern long collections;
Value *integer(long n);
Value *symbol(const char *name);
Value *cons(Value *first, Value *rest);
Value *builtin(Builtin *function);
Value *closure(Value *params, Value *body, Value *env);
/* What stands between push_root and pop_roots outlives a collection. */
void push_root(Value **root);
void pop_roots(int count);
void collect(void);
void fail(const char *why) __attribute__((noreturn));

/* reader.c: NULL at the end of the file. */
Value *read_value(FILE *file);

/* printer.c */
void print_value(Value *value);

/* eval.c */
Value *eval(Value *expression, Value *env);
void define(Value *env, Value *name, Value *value);

/* builtins.c */
void define_builtins(Value *env);

#endif
