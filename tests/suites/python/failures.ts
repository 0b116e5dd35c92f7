/** Tests of CPython's suite that are known to fail in the sandbox, and why. On Linux (6.18, as root) all of them pass. */

export interface Failure {
  readonly test: string;
  readonly why: string;
}

export const FAILURES: readonly Failure[] = [
  {
    test: "test.test_mmap.LargeMmapTests.test_around_4GB",
    why: "maps 4 GiB: an address space of the sandbox's has 4 GiB in all (packages/cpu/README.md)",
  },
  {
    test: "test.test_posix.PosixTester.test_get_and_set_scheduler_and_param",
    why: "asks for the policy of its parent, pid 1: that is the kernel's own reaper, and no process that calls could find",
  },
];

/** Tests that hold the clock to what they expect, so what else the machine does fails them, on Linux too: a failure counts if it comes again in runs of the test alone. */
export const TIMED: readonly string[] = [
  "test.test_epoll.TestEPoll.test_control_and_wait",
  "test.test_multiprocessing_fork.TestWait.test_wait_integer",
];
