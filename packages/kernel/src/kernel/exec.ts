/**
 * execve(2): a process becomes another program. Linux's fs/exec.c.
 *
 *   prepare    everything that can fail without harm: open, check, read arguments, new credentials
 *   --------   the point of no return: other threads end, the old memory goes
 *   load       map the program; a failure here ends the process with SIGSEGV
 *   start      registers
 */
import {
  type Errno,
  isErrno,
  PTRACE_EVENT_EXEC,
  PTRACE_O_TRACEEXEC,
  RLIMIT_STACK,
  SIGCHLD,
  SIGSEGV,
  SIGTRAP,
  SS_DISABLE,
  signalStatus,
} from "@kernelet/abi";
import { Reg } from "../arch/x86/processor.ts";
import { setUpStack } from "../arch/x86/stack-setup.ts";
import { loadElf } from "../fs/binfmt/elf.ts";
import { decodeName, encodeName } from "../fs/name.ts";
import { checkArgumentSize } from "./exec-arguments.ts";
import { credentialsAfterExec, type ExecCredentials } from "./exec-credentials.ts";
import {
  type ExecTarget,
  openByName,
  type PreparedProgram,
  prepareProgram,
  releaseProgram,
} from "./exec-file.ts";
import { deThread, exitGroup } from "./exit.ts";
import { finishVfork } from "./fork.ts";
import { hasTraceOption, stopBeforeExit } from "./ptrace.ts";
import { NO_RETURN, type SyscallResult } from "./result.ts";
import { exitRobustList } from "./robust-list.ts";
import { userInfo } from "./siginfo.ts";
import { postSignal } from "./signal-post.ts";
import type { Task } from "./task.ts";

/** TASK_COMM_LEN without its NUL. */
const COMM_LENGTH = 15;

/** What runs, and with what. Strings are without NUL. */
interface ExecRequest {
  readonly target: ExecTarget;
  readonly argv: readonly Uint8Array[];
  readonly env: readonly Uint8Array[];
}

/** execve of an open file. @returns NO_RETURN if the process is another program now, or is gone. */
export function execFile(task: Task, request: ExecRequest): SyscallResult {
  const prepared = prepare(task, request);
  if (isErrno(prepared)) return prepared;
  const formerTid = task.tid;
  discardOldProgram(task, prepared.credentials);
  const result = load(task, request, prepared);
  releaseProgram(prepared.program);
  if (isErrno(result)) {
    const name = decodeName(request.target.filename);
    task.kernel.host.log("warn", `${name}: cannot be loaded at the addresses it asks for`);
    exitGroup(task, signalStatus(SIGSEGV));
    return NO_RETURN;
  }
  tellTracerOfExec(task, formerTid);
  return NO_RETURN;
}

/** An event, or the signal that tracers got before there were events: ptrace_event(PTRACE_EVENT_EXEC). */
function tellTracerOfExec(task: Task, formerTid: number): void {
  const { trace } = task;
  if (trace === null) return;
  if (hasTraceOption(task, PTRACE_O_TRACEEXEC)) {
    const tid = trace.tracer.pids.show(formerTid);
    stopBeforeExit(task, PTRACE_EVENT_EXEC, PTRACE_O_TRACEEXEC, tid);
  } else if (!trace.isSeized) {
    postSignal(task, userInfo(SIGTRAP, task.threadGroup.tgid, task.credentials.uid), "thread");
  }
}

/** The first program of a kernel. @returns why it cannot run. */
export function execInit(
  task: Task,
  path: string,
  argv: readonly string[],
  env: readonly string[],
): 0 | Errno {
  const filename = encodeName(path);
  const file = openByName(task, filename);
  if (isErrno(file)) return file;
  const request = {
    target: { file, filename, isInaccessible: false },
    argv: argv.map(encodeName),
    env: env.map(encodeName),
  };
  const prepared = prepare(task, request);
  file.removeRef();
  if (isErrno(prepared)) return prepared;
  discardOldProgram(task, prepared.credentials);
  const result = load(task, request, prepared);
  releaseProgram(prepared.program);
  return isErrno(result) ? result : 0;
}

interface Prepared {
  readonly program: PreparedProgram;
  readonly credentials: ExecCredentials;
}

function prepare(task: Task, request: ExecRequest): Prepared | Errno {
  const { target, env } = request;
  // A program may count on argv[0]: an empty list gets one empty string (since Linux 5.18).
  const argv = request.argv.length === 0 ? [new Uint8Array(0)] : request.argv;
  const stackLimit = task.threadGroup.soft(RLIMIT_STACK);
  const tooBig = checkArgumentSize(argv, env, target.filename, stackLimit);
  if (isErrno(tooBig)) return tooBig;
  const program = prepareProgram(task, target, argv);
  if (isErrno(program)) return program;
  const credentials = credentialsAfterExec(task.credentials, program.program.file);
  if (isErrno(credentials)) {
    releaseProgram(program);
    return credentials;
  }
  return { program, credentials };
}

/** begin_new_exec(): nothing of the old program is left but what execve(2) says stays. */
function discardOldProgram(task: Task, credentials: ExecCredentials): void {
  const { kernel, threadGroup: group } = task;
  deThread(task);

  exitRobustList(task);
  task.kernel.piFutexes.ownerExits(task);
  task.robustListHead = 0;
  task.rseq = null;
  task.isRseqDue = false;
  if (task.clearChildTid !== 0 && task.mm.users > 1) {
    task.mm.writeInt32(task.clearChildTid, 0);
    kernel.futexes.wakeAddress(task, task.clearChildTid, 1);
  }
  task.clearChildTid = 0;
  group.maxResidentPages = Math.max(group.maxResidentPages, task.mm.peakResidentPages);
  if (!task.mm.isUnused) {
    const old = task.mm;
    task.mm = kernel.memory.createMemoryManager();
    old.release();
  }
  task.mm.limits = group;
  task.mm.cgroup = group.cgroup;
  finishVfork(group);

  for (const timer of group.posixTimers.values()) kernel.timers.stop(timer);
  group.posixTimers.clear();
  group.hasExeced = true;
  group.membarriers = 0;
  group.exitSignal = SIGCHLD;
  task.signalHandlers = task.signalHandlers.copy();
  task.signalHandlers.flush();
  task.signalStack = { sp: 0, size: 0, flags: SS_DISABLE };
  if (task.fdTable.refs > 1) {
    const shared = task.fdTable;
    task.fdTable = shared.fork();
    shared.release(task);
  }
  task.fdTable.closeOnExec(task);

  if (credentials.secure) task.parentDeathSignal = 0;
  const isDifferent =
    credentials.credentials.euid !== task.credentials.euid ||
    credentials.credentials.egid !== task.credentials.egid;
  group.dumpable = credentials.secure || isDifferent ? 0 : 1;
  task.credentials = credentials.credentials;
  kernel.counters.execs++;
}

function load(task: Task, request: ExecRequest, prepared: Prepared): 0 | Errno {
  const { mm } = task;
  const { program, argv } = prepared.program;
  const { filename } = request.target;
  mm.exeFile = program.file;
  const { isUnnamed, file } = request.target;
  task.comm = commOf(isUnnamed === true ? encodeName(file.path.dentry.name) : filename);

  const image = loadElf(mm, program);
  if (isErrno(image)) return image;
  const random = new Uint8Array(16);
  task.kernel.host.entropy(random);
  const rsp = setUpStack(mm, {
    argv,
    env: request.env,
    execfn: filename,
    random,
    image,
    credentials: task.credentials,
    secure: prepared.credentials.secure,
    executable: program.executableStack,
  });
  if (isErrno(rsp)) return rsp;
  const { registers } = task;
  registers.reset();
  registers.rip = image.start;
  registers.set(Reg.rsp, rsp);
  return 0;
}

/** The last part of the name, cut to what fits. */
function commOf(filename: Uint8Array): string {
  const slash = filename.lastIndexOf(0x2f);
  return decodeName(filename.subarray(slash + 1, slash + 1 + COMM_LENGTH));
}
