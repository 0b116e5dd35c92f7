/**
 * Clocks and timers: clock_gettime(2), timer_create(2), timerfd_create(2), setitimer(2), times(2).
 */

// Clocks.
export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
export const CLOCK_PROCESS_CPUTIME_ID = 2;
export const CLOCK_THREAD_CPUTIME_ID = 3;
export const CLOCK_MONOTONIC_RAW = 4;
export const CLOCK_REALTIME_COARSE = 5;
export const CLOCK_MONOTONIC_COARSE = 6;
export const CLOCK_BOOTTIME = 7;
export const CLOCK_REALTIME_ALARM = 8;
export const CLOCK_BOOTTIME_ALARM = 9;
export const CLOCK_TAI = 11;

// The time given is a point of the clock, not a span.
export const TIMER_ABSTIME = 0x1;

// Flags of timerfd_create(2).
export const TFD_NONBLOCK = 0o4000;
export const TFD_CLOEXEC = 0o2000000;

// Flags of timerfd_settime(2).
export const TFD_TIMER_ABSTIME = 0x1;
export const TFD_TIMER_CANCEL_ON_SET = 0x2;

// Interval timers of setitimer(2).
export const ITIMER_REAL = 0;
export const ITIMER_VIRTUAL = 1;
export const ITIMER_PROF = 2;

// Ticks per second of times(2) and of /proc (the kernel's USER_HZ).
export const USER_HZ = 100;

/** Seconds and nanoseconds. */
export const TIMESPEC = {
  size: 16,
  tv_sec: 0,
  tv_nsec: 8,
} as const;

/** Seconds and microseconds. */
export const TIMEVAL = {
  size: 16,
  tv_sec: 0,
  tv_usec: 8,
} as const;

/** A timer of timer_settime(2): two TIMESPECs. */
export const ITIMERSPEC = {
  size: 32,
  it_interval: 0,
  it_value: 16,
} as const;

/** A timer of setitimer(2): two TIMEVALs. */
export const ITIMERVAL = {
  size: 32,
  it_interval: 0,
  it_value: 16,
} as const;

/** The second argument of gettimeofday(2). */
export const TIMEZONE = {
  size: 8,
  tz_minuteswest: 0,
  tz_dsttime: 4,
} as const;

/** times(2), in ticks of USER_HZ. */
export const TMS = {
  size: 32,
  tms_utime: 0,
  tms_stime: 8,
  tms_cutime: 16,
  tms_cstime: 24,
} as const;

/** utime(2). */
export const UTIMBUF = {
  size: 16,
  actime: 0,
  modtime: 8,
} as const;

/** adjtimex(2). */
export const TIMEX = {
  size: 208,
  modes: 0,
  offset: 8,
  freq: 16,
  maxerror: 24,
  esterror: 32,
  status: 40,
  constant: 48,
  precision: 56,
  tolerance: 64,
  time: 72,
  tick: 88,
  ppsfreq: 96,
  jitter: 104,
  shift: 112,
  stabil: 120,
  jitcnt: 128,
  calcnt: 136,
  errcnt: 144,
  stbcnt: 152,
  tai: 160,
} as const;
