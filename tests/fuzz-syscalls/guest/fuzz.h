/*
 * The guest of the errno fuzzer: makes system calls with random arguments and writes a line for each. The same
 * binary with the same seed runs on the host's kernel and in the sandbox, and the lines must be the same.
 *
 * A step depends on nothing but the seed and its number, so that steps can be left out to find the shortest
 * sequence that differs. Text names no address, time, inode or process: these are not the same on two kernels.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

typedef unsigned long word;

/* ---- random.c: everything that is drawn, from one state ---- */
void seed_step(uint64_t seed, unsigned step);
unsigned below(unsigned n);
uint64_t draw(void);
#define ONE_OF(list) ((list)[below(sizeof(list) / sizeof *(list))])

/* ---- log.c: what the line of this step says ---- */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void hash_of(const void *bytes, size_t size);

/* ---- place.c: memory for arguments ---- */
#define SLOT(n) (0x30000000ul + (n) * 0x10000ul)
#define SLOT_SIZE 8192
#define ARENA 0x20000000ul
#define ARENA_PAGES 24
void map_slots(void);
/* Where the bytes of vectors are. */
#define DATA_SLOT 6
void renew_data_slot(void);
/* Puts `size` bytes in the memory of argument `slot`: well placed, or so that not all can be read or written. */
word place(int slot, const void *bytes, size_t size);
/* An address where nothing is, or nothing may be written. Says its name. */
word bad_pointer(void);
int is_readable(word addr, size_t size);

/* ---- arguments: each draws a value and says it ---- */
typedef word (*argument)(int slot);

/* After the call, says what else came back. */
typedef void (*output)(const word args[6], long result);

struct call {
  const char *name;
  short nr;
  /* It may wait for ever: a timer interrupts it. */
  signed char waits;
  argument args[6];
  output show;
};

struct family {
  const char *name;
  const struct call *calls;
  int count;
};
extern const struct family files_family, paths_family, pipes_family, sockets_family, waiting_family,
    memory_family, signals_family, identity_family, time_family, process_family, inet_family;

/* ---- values.c ---- */
word any_fd(int), dir_fd(int), socket_fd(int), pipe_fd(int), wait_fd(int), map_fd(int), path(int),
    path_or_null(int), name(int);
word in_buffer(int), out_buffer(int), length(int), offset(int), offset_pointer(int), mode(int), zero(int),
    small(int), iovec_in(int), iovec_out(int), iovec_count(int), any_int(int), out_pointer(int), out_or_null(int);
word timespec(int), timespec_short(int), timeval(int), itimerval(int), itimerspec(int), signal_set(int),
    sigset_size(int), signal_number(int), int_pointer(int);
word id(int), pid(int), clock_id(int);
/* A subset of the flags, sometimes with one that is none. */
word flags_of(const word *flags, unsigned count, word wrong);
word pick(const word *values, unsigned count);
#define FLAGS(function, wrong, ...)                                  \
  static word function(int slot) {                                   \
    static const word list[] = {__VA_ARGS__};                        \
    (void)slot;                                                      \
    return flags_of(list, sizeof list / sizeof *list, wrong);        \
  }
#define VALUES(function, ...)                                        \
  static word function(int slot) {                                   \
    static const word list[] = {__VA_ARGS__};                        \
    (void)slot;                                                      \
    return pick(list, sizeof list / sizeof *list);                   \
  }

/* ---- show.c ---- */
void show_bytes1(const word args[6], long), show_fdpair0(const word args[6], long), show_fdpair3(const word args[6], long),
    show_iovec1(const word args[6], long), show_addr(const word args[6], long);
void show_hash(const char *label, word addr, size_t size);
void show_int(const char *label, word addr);

/* ---- no_like.c ---- */
/* Whether the versions of the two kernels make this call differ, in what it leaves behind if not in what it says. */
int has_no_like(int nr, const word args[6]);

/* ---- setup.c: what every sequence finds ---- */
extern int child_pid;
void make_world(void);
void enter_world(void);
#define WATCHDOG_SIGNAL 12 /* SIGUSR2 */
void start_watchdog(void);
void watch(int on);

#endif
