/* Evaluation: special forms, then calls. The last expression of a body needs no stack. */
#include "scheme.h"

static Value *find(Value *env, Value *name) {
  for (Value *frame = env; frame != nil; frame = frame->rest) {
    for (Value *pair = frame->first; pair != nil; pair = pair->rest) {
      if (pair->first->first == name) return pair->first;
    }
  }
  fprintf(stderr, "%s: ", name->symbol);
  fail("no such variable");
}

void define(Value *env, Value *name, Value *value) {
  Value *pair = cons(name, value);
  push_root(&env);
  env->first = cons(pair, env->first);
  pop_roots(1);
}

static Value *need_pair(Value *value) {
  if (value->type != PAIR) fail("bad syntax");
  return value;
}

static Value *eval_all(Value *list, Value *env) {
  if (list == nil) return nil;
  Value *first = eval(need_pair(list)->first, env);
  push_root(&first);
  Value *rest = eval_all(list->rest, env);
  pop_roots(1);
  return cons(first, rest);
}

/* A frame of its own for a call's parameters. */
static Value *bind(Value *params, Value *args, Value *env) {
  Value *frame = nil;
  push_root(&frame);
  push_root(&args);
  for (; params->type == PAIR; params = params->rest, args = args->rest) {
    if (args == nil) fail("too few arguments");
    Value *pair = cons(params->first, args->first);
    frame = cons(pair, frame);
  }
  if (params == nil && args != nil) fail("too many arguments");
  if (params->type == SYMBOL) {
    Value *pair = cons(params, args);
    frame = cons(pair, frame);
  }
  pop_roots(2);
  return cons(frame, env);
}

Value *eval(Value *x, Value *env) {
  static Value *quote, *if_, *define_, *lambda, *set;
  if (quote == NULL) {
    quote = symbol("quote");
    if_ = symbol("if");
    define_ = symbol("define");
    lambda = symbol("lambda");
    set = symbol("set!");
  }
  Value *function = nil, *result = nil;
  push_root(&x);
  push_root(&env);
  push_root(&function);
  for (;;) {
    if (x->type == SYMBOL) {
      result = find(env, x)->rest;
      break;
    }
    if (x->type != PAIR) {
      result = x;
      break;
    }
    Value *head = x->first, *tail = x->rest;
    if (head == quote) {
      result = need_pair(tail)->first;
      break;
    }
    if (head == if_) {
      Value *branches = need_pair(need_pair(tail)->rest);
      if (eval(tail->first, env) != no) {
        x = branches->first;
      } else if (branches->rest != nil) {
        x = branches->rest->first;
      } else {
        result = nil;
        break;
      }
      continue;
    }
    if (head == define_) {
      Value *name = need_pair(tail)->first;
      if (name->type == PAIR) {
        function = closure(name->rest, tail->rest, env);
        name = name->first;
      } else {
        function = eval(need_pair(tail->rest)->first, env);
      }
      define(env, name, function);
      result = name;
      break;
    }
    if (head == set) {
      function = eval(need_pair(need_pair(tail)->rest)->first, env);
      find(env, tail->first)->rest = function;
      result = function;
      break;
    }
    if (head == lambda) {
      result = closure(need_pair(tail)->first, tail->rest, env);
      break;
    }
    function = eval(head, env);
    Value *args = eval_all(tail, env);
    if (function->type == BUILTIN) {
      push_root(&args);
      result = function->builtin(args);
      pop_roots(1);
      break;
    }
    if (function->type != CLOSURE) fail("not a procedure");
    env = bind(function->params, args, function->env);
    Value *body = function->body;
    for (; body->rest != nil; body = body->rest) eval(body->first, env);
    x = body->first;
  }
  pop_roots(3);
  return result;
}
