/* Values to text. */
#include "scheme.h"

static void print_list(Value *list) {
  putchar('(');
  for (;;) {
    print_value(list->first);
    list = list->rest;
    if (list->type != PAIR) break;
    putchar(' ');
  }
  if (list != nil) {
    printf(" . ");
    print_value(list);
  }
  putchar(')');
}

void print_value(Value *value) {
  switch (value->type) {
    case NIL:
      printf("()");
      break;
    case BOOLEAN:
      printf(value == yes ? "#t" : "#f");
      break;
    case INTEGER:
      printf("%ld", value->integer);
      break;
    case SYMBOL:
      printf("%s", value->symbol);
      break;
    case PAIR:
      print_list(value);
      break;
    case BUILTIN:
    case CLOSURE:
      printf("#<procedure>");
      break;
  }
}
