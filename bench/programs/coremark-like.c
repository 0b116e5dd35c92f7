// A work-alike of EEMBC's CoreMark, not CoreMark: the four kinds of work that it is made of, written anew, in about the
// same proportions. Its figures compare machines and translators with each other, not with published scores.
//
//   list     a linked list in a small block: reversed, searched, sorted by merging
//   matrix   products of small matrices of 16-bit numbers
//   state    a state machine over text that tells kinds of numbers apart
//   CRC      over the results of the others, so that none can be left out
#include <string.h>
#include "timing.h"

static uint16_t crc16_byte(uint8_t byte, uint16_t crc) {
  for (int i = 0; i < 8; i++) {
    int carry = (crc ^ byte) & 1;
    crc = (uint16_t)(crc >> 1 ^ (carry ? 0xa001 : 0));
    byte >>= 1;
  }
  return crc;
}

static uint16_t crc16(uint32_t value, uint16_t crc) {
  for (int i = 0; i < 4; i++) crc = crc16_byte((uint8_t)(value >> 8 * i), crc);
  return crc;
}

// --- list

enum { NODES = 64 };

struct node {
  struct node *next;
  int16_t key, order;
};

static struct node pool[NODES];

static struct node *build_list(uint64_t *random) {
  for (int i = 0; i < NODES; i++) {
    pool[i].next = i + 1 < NODES ? &pool[i + 1] : NULL;
    pool[i].key = (int16_t)(next_random(random) >> 50);
    pool[i].order = (int16_t)i;
  }
  return pool;
}

static struct node *reverse(struct node *list) {
  struct node *reversed = NULL;
  while (list) {
    struct node *next = list->next;
    list->next = reversed;
    reversed = list;
    list = next;
  }
  return reversed;
}

typedef int (*comparison)(const struct node *, const struct node *);

static int by_key(const struct node *a, const struct node *b) { return a->key - b->key; }
static int by_order(const struct node *a, const struct node *b) { return a->order - b->order; }

static struct node *merge(struct node *a, struct node *b, comparison compare) {
  struct node head, *tail = &head;
  while (a && b) {
    struct node **lesser = compare(a, b) <= 0 ? &a : &b;
    tail->next = *lesser;
    tail = *lesser;
    *lesser = (*lesser)->next;
  }
  tail->next = a ? a : b;
  return head.next;
}

static struct node *sort(struct node *list, comparison compare) {
  if (!list || !list->next) return list;
  struct node *slow = list, *fast = list->next;
  while (fast && fast->next) {
    slow = slow->next;
    fast = fast->next->next;
  }
  struct node *half = slow->next;
  slow->next = NULL;
  return merge(sort(list, compare), sort(half, compare), compare);
}

static const struct node *find(const struct node *list, int16_t key) {
  while (list && list->key != key) list = list->next;
  return list;
}

static uint16_t work_list(uint64_t *random, uint16_t crc) {
  struct node *list = build_list(random);
  for (int i = 0; i < 24; i++) {
    const struct node *found = find(list, (int16_t)(next_random(random) >> 50));
    crc = crc16(found ? (uint32_t)found->order : 0xffff, crc);
    list = reverse(list);
  }
  list = sort(list, by_key);
  for (const struct node *n = list; n; n = n->next) crc = crc16((uint16_t)n->key, crc);
  list = sort(list, by_order);
  return crc16((uint16_t)list->key, crc);
}

// --- matrix

enum { SIDE = 12 };

static uint16_t work_matrix(uint64_t *random, uint16_t crc) {
  static int16_t a[SIDE][SIDE], b[SIDE][SIDE];
  static int32_t product[SIDE][SIDE];
  for (int i = 0; i < SIDE; i++)
    for (int j = 0; j < SIDE; j++) {
      a[i][j] = (int16_t)(next_random(random) >> 53);
      b[i][j] = (int16_t)(next_random(random) >> 53);
    }
  for (int round = 0; round < 4; round++) {
    for (int i = 0; i < SIDE; i++)
      for (int j = 0; j < SIDE; j++) {
        int32_t sum = 0;
        for (int k = 0; k < SIDE; k++) {
          int32_t term = a[i][k] * b[k][j];
          // Every other round on bit fields of the products.
          sum += round & 1 ? ((term >> 2) & 15) * ((term >> 5) & 127) : term;
        }
        product[i][j] = sum;
      }
    for (int i = 0; i < SIDE; i++)
      for (int j = 0; j < SIDE; j++) a[i][j] = (int16_t)(a[i][j] + (product[i][j] > 0 ? 10 : -3));
    crc = crc16((uint32_t)product[round][SIDE - 1 - round], crc);
  }
  return crc;
}

// --- state machine

enum state { START, SIGN, INTEGER, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, SCIENTIFIC, INVALID, STATES };

static int is_digit(char c) { return c >= '0' && c <= '9'; }

static enum state next_state(enum state state, char c) {
  switch (state) {
    case START:
      if (is_digit(c)) return INTEGER;
      if (c == '+' || c == '-') return SIGN;
      return c == '.' ? POINT : INVALID;
    case SIGN:
      if (is_digit(c)) return INTEGER;
      return c == '.' ? POINT : INVALID;
    case INTEGER:
      if (is_digit(c)) return INTEGER;
      if (c == 'e' || c == 'E') return EXPONENT;
      return c == '.' ? FRACTION : INVALID;
    case POINT:
    case FRACTION:
      if (is_digit(c)) return FRACTION;
      return c == 'e' || c == 'E' ? EXPONENT : INVALID;
    case EXPONENT:
      if (is_digit(c)) return SCIENTIFIC;
      return c == '+' || c == '-' ? EXPONENT_SIGN : INVALID;
    case EXPONENT_SIGN:
    case SCIENTIFIC:
      return is_digit(c) ? SCIENTIFIC : INVALID;
    default:
      return INVALID;
  }
}

static const char *const words[] = {"5012", "-874", "+122", "35.54400", ".1234500", "-110.700", "+0.64400",
                                    "5.500e+3", "-.123e-2", "-87e+832", "+0.6e-12", "T0.3e-1F", "-T.T++Tq",
                                    "1T3.4e4z", "34.0e-T^"};

static uint16_t work_state(uint64_t *random, uint16_t crc) {
  enum { LENGTH = 640 };
  static char text[LENGTH + 16];
  uint32_t ended[STATES] = {0}, passed[STATES] = {0};
  int length = 0;
  while (length < LENGTH - 16) {
    const char *word = words[(next_random(random) >> 40) % (sizeof words / sizeof *words)];
    size_t n = strlen(word);
    memcpy(text + length, word, n);
    text[length + (int)n] = ',';
    length += (int)n + 1;
  }
  for (int round = 0; round < 2; round++) {
    enum state state = START;
    for (int i = 0; i < length; i++) {
      if (text[i] == ',') {
        ended[state]++;
        state = START;
      } else {
        state = next_state(state, text[i]);
        passed[state]++;
      }
    }
    // The second round meets damaged text.
    for (int i = 0; i < length; i += 13)
      if (text[i] != ',') text[i] ^= 0x11;
  }
  for (int i = 0; i < STATES; i++) crc = crc16(ended[i], crc16(passed[i], crc));
  return crc;
}

int main(int argc, char **argv) {
  long iterations = rounds(argc, argv, 36000);
  uint64_t random = 0x1234567887654321u, start = now_ns();
  uint16_t crc = 0xffff;
  for (long i = 0; i < iterations; i++) {
    crc = work_list(&random, crc);
    crc = work_matrix(&random, crc);
    crc = work_state(&random, crc);
  }
  report_u64(start, crc);
  return 0;
}
