"""Small pieces of Python, each timed alone. Prints `name ns checksum` a line: the best of three."""

import re
import sys
import time

SCALE = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0


def integers(n):
    total = 0
    for i in range(n):
        total = (total * 3 + i) & 0xFFFFFFFF
    return total


def floats(n):
    x = 0.5
    for _ in range(n):
        x = 3.9 * x * (1.0 - x)
    return x


def calls(n):
    def fib(k):
        return k if k < 2 else fib(k - 1) + fib(k - 2)

    return fib(n)


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Point(self.x + other.x, self.y - other.y)


def objects(n):
    p, step = Point(0, 0), Point(1, 2)
    for _ in range(n):
        p = p.plus(step)
    return p.x + p.y


def dictionaries(n):
    counts = {}
    for i in range(n):
        key = "k%d" % (i * 7919 % 1009)
        counts[key] = counts.get(key, 0) + i
    return sum(counts.values())


def lists(n):
    values = [(i * 7919) % 10007 for i in range(n)]
    values.sort()
    return sum(a * b for a, b in zip(values[::3], reversed(values[::3])))


def strings(n):
    parts = []
    for i in range(n):
        parts.append(str(i).rjust(6, "0").upper().replace("0", "z"))
    return len("".join(parts).split("z"))


def generators(n):
    def count(k):
        for i in range(k):
            yield i

    return sum(a for a in count(n) if a & 1)


def exceptions(n):
    caught = 0
    for i in range(n):
        try:
            if i % 3 == 0:
                raise KeyError(i)
        except KeyError:
            caught += 1
    return caught


def expressions(n):
    text = "the year 1984 and 2001, or 42; " * (n // 30)
    return sum(map(int, re.findall(r"\b(\d{2,4})\b", text)))


def big_integers(n):
    return pow(3, n) % 1000003 + len(str(2**n))


BENCHMARKS = [
    (integers, 400000),
    (floats, 500000),
    (calls, 20),
    (objects, 100000),
    (dictionaries, 100000),
    (lists, 100000),
    (strings, 60000),
    (generators, 300000),
    (exceptions, 150000),
    (expressions, 300000),
    (big_integers, 12000),
]

for function, n in BENCHMARKS:
    count = n if function is calls else max(1, int(n * SCALE))
    best = None
    for _ in range(3):
        start = time.perf_counter_ns()
        result = function(count)
        ns = time.perf_counter_ns() - start
        best = ns if best is None else min(best, ns)
    print(function.__name__, best, result)
