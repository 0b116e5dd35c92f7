// Binary trees of small allocations: malloc, free, recursion.
#include "timing.h"

struct node {
  struct node *left, *right;
};

static struct node *grow(int depth) {
  struct node *node = malloc(sizeof *node);
  node->left = depth > 0 ? grow(depth - 1) : NULL;
  node->right = depth > 0 ? grow(depth - 1) : NULL;
  return node;
}

static uint64_t count_nodes(const struct node *node) {
  return node == NULL ? 0 : 1 + count_nodes(node->left) + count_nodes(node->right);
}

static void fell(struct node *node) {
  if (node == NULL) return;
  fell(node->left);
  fell(node->right);
  free(node);
}

int main(int argc, char **argv) {
  long count = rounds(argc, argv, 15);
  uint64_t sum = 0, start = now_ns();
  struct node *lasting = grow(14);
  for (long round = 0; round < count; round++) {
    for (int depth = 4; depth <= 14; depth += 2) {
      for (int i = 0; i < 1 << (14 - depth); i++) {
        struct node *tree = grow(depth);
        sum += count_nodes(tree);
        fell(tree);
      }
    }
  }
  sum += count_nodes(lasting);
  fell(lasting);
  report_u64(start, sum);
  return 0;
}
