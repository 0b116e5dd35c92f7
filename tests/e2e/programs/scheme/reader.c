/* Text to values: integers, symbols, #t and #f, lists, (a . b), 'quote, and ; comments. */
#include "scheme.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int next_char(FILE *file) {
  int c = getc(file);
  while (isspace(c) || c == ';') {
    if (c == ';') {
      while (c != '\n' && c != EOF) c = getc(file);
    } else {
      c = getc(file);
    }
  }
  return c;
}

static Value *read_list(FILE *file) {
  int c = next_char(file);
  if (c == ')') return nil;
  if (c == EOF) fail("a list without end");
  ungetc(c, file);
  Value *first = read_value(file), *rest = nil;
  if (first == symbol(".")) {
    rest = read_value(file);
    if (next_char(file) != ')') fail("more than one value after a dot");
    return rest;
  }
  push_root(&first);
  rest = read_list(file);
  pop_roots(1);
  return cons(first, rest);
}

static Value *read_atom(FILE *file, int c) {
  char text[64];
  size_t len = 0;
  while (c != EOF && !isspace(c) && strchr("();'", c) == NULL) {
    if (len == sizeof text - 1) fail("a name too long");
    text[len++] = (char)c;
    c = getc(file);
  }
  ungetc(c, file);
  text[len] = '\0';
  char *end;
  long n = strtol(text, &end, 10);
  if (*end == '\0') return integer(n);
  if (strcmp(text, "#t") == 0) return yes;
  if (strcmp(text, "#f") == 0) return no;
  return symbol(text);
}

Value *read_value(FILE *file) {
  int c = next_char(file);
  if (c == EOF) return NULL;
  if (c == '(') return read_list(file);
  if (c == ')') fail("a list's end without its start");
  if (c != '\'') return read_atom(file, c);
  Value *quoted = read_value(file);
  if (quoted == NULL) fail("nothing to quote");
  return cons(symbol("quote"), cons(quoted, nil));
}
