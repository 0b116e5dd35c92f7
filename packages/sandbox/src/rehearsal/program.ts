/** The program of a rehearsal: files that can be executed, and the calls that it makes, since no processor is there to run any code. */
import {
  ARCH_SET_FS,
  AT_EMPTY_PATH,
  AT_FDCWD,
  ET_DYN,
  MAP_ANONYMOUS,
  MAP_FIXED,
  MAP_PRIVATE,
  MAP_SHARED,
  O_CLOEXEC,
  O_DIRECTORY,
  O_WRONLY,
  PAGE_SIZE,
  PF_R,
  PF_W,
  PF_X,
  PROT_EXEC,
  PROT_READ,
  PROT_WRITE,
  PT_INTERP,
  PT_LOAD,
  RLIMIT_STACK,
  SIGINT,
  syscallNumber,
  TCGETS,
} from "@kernelet/abi";
import { buildElf, PAGE_R, PAGE_W, PAGE_X } from "@kernelet/kernel";

export const PROGRAM = "/program";
const LOADER = "/loader";
const LIBRARY = "/library";
const LIBRARY_PAGES = 5;

const CODE_AT = 0x400000;
const DATA_AT = CODE_AT + 2 * PAGE_SIZE;
/** Behind what the file has of the data. */
const BUFFER = DATA_AT + PAGE_SIZE;
const RSEQ_SIGNATURE = 0x53053053;

/** Strings of the program, as a file has them, and where each is. */
class Strings {
  #bytes: number[] = [];

  at(text: string): number {
    const at = DATA_AT + this.#bytes.length;
    this.#bytes.push(...new TextEncoder().encode(`${text}\0`));
    return at;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

const strings = new Strings();
const NAME = {
  none: strings.at("/etc/none"),
  library: strings.at(LIBRARY),
  link: strings.at("/proc/self/exe"),
  root: strings.at("/"),
  null: strings.at("/dev/null"),
  empty: strings.at(""),
  interpreter: strings.at(LOADER),
};

/** Where code begins in both files, behind their headers: for each call `mov eax, 0; syscall`. */
const ENTRY = 0x200;
const CALL_CODE = Uint8Array.of(0xb8, 0, 0, 0, 0, 0x0f, 0x05);
/** Bytes of code that a call is. */
export const CALL_LENGTH: number = CALL_CODE.length;

/** What stands in the first page of both files. */
function code(): { readonly at: number; readonly bytes: Uint8Array } {
  const bytes = new Uint8Array(PAGE_SIZE - ENTRY);
  for (let at = 0; at + CALL_LENGTH <= bytes.length; at += CALL_LENGTH) bytes.set(CALL_CODE, at);
  return { at: ENTRY, bytes };
}

/** All files of a rehearsal's root, by name. */
export function programFiles(): ReadonlyMap<string, Uint8Array> {
  const program = buildElf({
    entry: CODE_AT + ENTRY,
    segments: [
      {
        ...{ type: PT_INTERP, offset: PAGE_SIZE + NAME.interpreter - DATA_AT },
        fileSize: LOADER.length + 1,
      },
      { type: PT_LOAD, flags: PF_R | PF_X, vaddr: CODE_AT, fileSize: PAGE_SIZE },
      {
        ...{ type: PT_LOAD, flags: PF_R | PF_W, offset: PAGE_SIZE, vaddr: DATA_AT },
        ...{ fileSize: PAGE_SIZE / 2, memSize: 3 * PAGE_SIZE },
      },
    ],
    size: 2 * PAGE_SIZE,
    contents: [code(), { at: PAGE_SIZE, bytes: strings.bytes }],
  });
  const size = LIBRARY_PAGES * PAGE_SIZE;
  const library = buildElf({
    ...{ type: ET_DYN, entry: ENTRY, size, contents: [code()] },
    segments: [{ type: PT_LOAD, flags: PF_R | PF_X, fileSize: size }],
  });
  return new Map([
    [PROGRAM, program],
    [LOADER, library],
    [LIBRARY, library],
  ]);
}

/** What a program does next. */
export type Step =
  | { readonly kind: "syscall"; readonly nr: number; readonly args: readonly number[] }
  | { readonly kind: "access"; readonly addr: number; readonly access: number };

/** A step and, when it was a call, its result. */
type Calls = Generator<Step, void, number>;

function call(name: string, ...args: readonly number[]): Step {
  const nr = syscallNumber(name);
  if (nr === undefined) throw new Error(`no system call is named ${name}`);
  return { kind: "syscall", nr, args: [...args, 0, 0, 0, 0, 0, 0].slice(0, 6) };
}

const access = (addr: number, kind: number): Step => ({ kind: "access", addr, access: kind });

/** What a program of any C library does until its main function, and at its end. */
export function* programCalls(): Calls {
  yield access(CODE_AT, PAGE_X);
  yield access(DATA_AT, PAGE_R);
  yield access(BUFFER, PAGE_W);
  const heap = yield call("brk", 0);
  yield call("access", NAME.none, 4);
  yield* library();
  yield* thread();
  yield call("prlimit64", 0, RLIMIT_STACK, 0, BUFFER);
  yield call("getrandom", BUFFER, 8, 1);
  yield call("brk", heap + 33 * PAGE_SIZE);
  yield access(heap, PAGE_W);
  yield* files();
  yield call("rt_sigaction", SIGINT, 0, BUFFER, 8);
  yield call("rt_sigprocmask", 0, 0, BUFFER, 8);
  for (const name of ["getpid", "getppid", "getuid", "geteuid", "getgid", "getegid"])
    yield call(name);
  yield call("uname", BUFFER);
  yield call("getcwd", BUFFER, 64);
  yield call("close", 1);
  yield call("close", 2);
  yield call("exit_group", 0);
}

/** A library, as a loader maps it: all of it, then its parts in their places. */
function* library(): Calls {
  const size = LIBRARY_PAGES * PAGE_SIZE;
  const fd = yield call("openat", AT_FDCWD, NAME.library, O_CLOEXEC);
  yield call("read", fd, BUFFER, 832);
  yield call("pread64", fd, BUFFER, 784, 64);
  yield call("newfstatat", fd, NAME.empty, BUFFER, AT_EMPTY_PATH);
  const base = yield call("mmap", 0, size, PROT_READ, MAP_PRIVATE, fd, 0);
  const fixed = MAP_PRIVATE | MAP_FIXED;
  const part = (page: number, prot: number, flags: number, of: number): Step =>
    call("mmap", base + page * PAGE_SIZE, PAGE_SIZE, prot, flags, of, page * PAGE_SIZE);
  yield part(1, PROT_READ | PROT_EXEC, fixed, fd);
  yield part(2, PROT_READ | PROT_WRITE, fixed, fd);
  yield part(3, PROT_READ | PROT_WRITE, fixed, fd);
  yield part(4, PROT_READ | PROT_WRITE, fixed | MAP_ANONYMOUS, -1);
  yield call("close", fd);
  yield access(base, PAGE_R);
  yield access(base + PAGE_SIZE, PAGE_X);
  yield access(base + 2 * PAGE_SIZE, PAGE_W);
  yield access(base + 3 * PAGE_SIZE, PAGE_R);
  yield access(base + 3 * PAGE_SIZE, PAGE_W);
  yield access(base + 4 * PAGE_SIZE, PAGE_W);
  yield call("mprotect", base + 2 * PAGE_SIZE, PAGE_SIZE, PROT_READ);
  const shared = yield call("openat", AT_FDCWD, NAME.library, 0);
  const other = yield call("mmap", 0, size, PROT_READ, MAP_SHARED, shared, 0);
  yield access(other, PAGE_R);
  yield call("munmap", other, size);
  yield call("close", shared);
}

/** What a C library says of its first thread. */
function* thread(): Calls {
  const anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
  const area = yield call("mmap", 0, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
  yield access(area, PAGE_W);
  yield call("arch_prctl", ARCH_SET_FS, area);
  yield call("set_tid_address", area);
  yield call("set_robust_list", area, 24);
  yield call("rseq", area, 32, 0, RSEQ_SIGNATURE);
}

function* files(): Calls {
  yield call("readlink", NAME.link, BUFFER, 64);
  yield call("newfstatat", AT_FDCWD, NAME.library, BUFFER, 0);
  yield call("statfs", NAME.root, BUFFER);
  const root = yield call("openat", AT_FDCWD, NAME.root, O_DIRECTORY | O_CLOEXEC);
  yield call("fstat", root, BUFFER);
  yield call("getdents64", root, BUFFER, PAGE_SIZE);
  yield call("close", root);
  const sink = yield call("openat", AT_FDCWD, NAME.null, O_WRONLY);
  yield call("ioctl", sink, TCGETS, BUFFER);
  yield call("write", sink, BUFFER, 10);
  yield call("lseek", sink, 0, 1);
  yield call("close", sink);
}
