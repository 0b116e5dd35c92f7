/** Modules of CPython's test suite, and what unittest says of each on Debian 12's Python 3.11.2. */

export interface Module {
  readonly name: string;
  /** Tests that are run, and those that skip themselves, on Linux as in the sandbox unless `failures.ts` says otherwise. */
  readonly ran: number;
  readonly skipped: number;
  /** After that the module counts as hung. */
  readonly limitSeconds: number;
  /** What continuous integration runs of a long one. */
  readonly part?: ModulePart;
}

export interface ModulePart {
  readonly classes: readonly string[];
  readonly ran: number;
  readonly skipped: number;
}

// biome-ignore format: one module a line.
export const MODULES: readonly Module[] = [
  { name: "test_epoll", ran: 10, skipped: 0, limitSeconds: 120 },
  { name: "test_fcntl", ran: 11, skipped: 1, limitSeconds: 120 },
  { name: "test_float", ran: 53, skipped: 1, limitSeconds: 120 },
  { name: "test_json", ran: 168, skipped: 1, limitSeconds: 180 },
  { name: "test_math", ran: 74, skipped: 0, limitSeconds: 180 },
  { name: "test_mmap", ran: 44, skipped: 8, limitSeconds: 120 },
  { name: "test_multiprocessing_fork", ran: 375, skipped: 37, limitSeconds: 900, part: {
    classes: ["Process", "Condition", "Lock", "Semaphore", "Event", "Value", "Array", "Queue", "SharedMemory", "SharedCTypes", "Connection", "Poll", "Pool", "Heap", "Barrier"].map((name) => `WithProcessesTest${name}`), ran: 121, skipped: 3 } },
  { name: "test_os", ran: 316, skipped: 51, limitSeconds: 240 },
  { name: "test_posix", ran: 159, skipped: 26, limitSeconds: 180 },
  { name: "test_pty", ran: 7, skipped: 0, limitSeconds: 120 },
  { name: "test_re", ran: 157, skipped: 2, limitSeconds: 180 },
  { name: "test_select", ran: 6, skipped: 0, limitSeconds: 120 },
  { name: "test_shutil", ran: 165, skipped: 26, limitSeconds: 180 },
  { name: "test_signal", ran: 55, skipped: 4, limitSeconds: 240 },
  { name: "test_struct", ran: 37, skipped: 0, limitSeconds: 120 },
  { name: "test_subprocess", ran: 330, skipped: 32, limitSeconds: 900, part: {
    classes: ["ProcessTestCase", "POSIXProcessTestCase", "RunFuncTestCase", "MiscTests", "ContextManagerTests", "CommandsWithSpaces"], ran: 209, skipped: 10 } },
  { name: "test_tempfile", ran: 106, skipped: 5, limitSeconds: 180 },
  { name: "test_threading", ran: 194, skipped: 1, limitSeconds: 300 },
];
