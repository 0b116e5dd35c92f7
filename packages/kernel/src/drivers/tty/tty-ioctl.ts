/** ioctl(2) of terminals: ioctl_tty(2). One row for each request. */
import {
  CAP_SYS_ADMIN,
  EFAULT,
  EINVAL,
  EIO,
  ENOTTY,
  EPERM,
  ESRCH,
  FIONREAD,
  isErrno,
  N_TTY,
  SIGTTOU,
  TCFLSH,
  TCIFLUSH,
  TCIOFF,
  TCIOFLUSH,
  TCION,
  TCOFLUSH,
  TCOOFF,
  TCOON,
  TCSBRK,
  TCSBRKP,
  TCXONC,
  TIOCEXCL,
  TIOCGDEV,
  TIOCGETD,
  TIOCGEXCL,
  TIOCGPGRP,
  TIOCGSID,
  TIOCGSOFTCAR,
  TIOCGWINSZ,
  TIOCNOTTY,
  TIOCNXCL,
  TIOCOUTQ,
  TIOCSCTTY,
  TIOCSETD,
  TIOCSPGRP,
  TIOCSTI,
  TIOCSWINSZ,
  VSTART,
  VSTOP,
  WINSIZE,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import type { Task } from "../../kernel/task.ts";
import { checkForeground } from "./job-control.ts";
import { TERMIOS_CHANGES, TERMIOS_REQUESTS } from "./termios-ioctl.ts";
import type { Tty } from "./tty.ts";

export interface TtyRequest {
  readonly task: Task;
  readonly tty: Tty;
  readonly cmd: number;
  readonly arg: number;
}

export type TtyHandler = (request: TtyRequest) => SyscallResult;

const REQUESTS: ReadonlyMap<number, TtyHandler> = new Map([
  ...TERMIOS_REQUESTS,
  [TIOCGWINSZ, getWindowSize],
  [TIOCSWINSZ, setWindowSize],
  [TIOCGPGRP, getForeground],
  [TIOCSPGRP, setForeground],
  [TIOCGSID, getSession],
  [TIOCSCTTY, setControlling],
  [TIOCNOTTY, leaveControlling],
  [FIONREAD, ({ task, tty, arg }) => task.mm.writeInt32(arg, tty.discipline.available)],
  [TIOCOUTQ, ({ task, arg }) => task.mm.writeInt32(arg, 0)],
  [TCFLSH, flush],
  [TCXONC, controlFlow],
  [TCSBRK, drain],
  [TCSBRKP, drain],
  [TIOCGETD, ({ task, arg }) => task.mm.writeInt32(arg, N_TTY)],
  [TIOCSETD, setDiscipline],
  [TIOCEXCL, ({ tty }) => setExclusive(tty, true)],
  [TIOCNXCL, ({ tty }) => setExclusive(tty, false)],
  [TIOCGEXCL, ({ task, tty, arg }) => task.mm.writeInt32(arg, tty.isExclusive ? 1 : 0)],
  [TIOCGDEV, ({ task, tty, arg }) => task.mm.writeInt32(arg, tty.rdev)],
  [TIOCGSOFTCAR, ({ task, arg }) => task.mm.writeInt32(arg, 0)],
  [TIOCSTI, simulateInput],
]);

/** Requests that a background process may not make unstopped (tty_check_change). */
const CHANGES: ReadonlySet<number> = new Set([
  ...TERMIOS_CHANGES,
  TCFLSH,
  TCXONC,
  TCSBRK,
  TCSBRKP,
  TIOCSPGRP,
  TIOCSETD,
]);

export function ttyIoctl(request: TtyRequest): SyscallResult {
  const handler = REQUESTS.get(request.cmd);
  if (handler === undefined) return ENOTTY;
  if (CHANGES.has(request.cmd)) {
    const allowed = checkForeground(request.task, request.tty, SIGTTOU);
    if (allowed !== 0) return allowed;
  }
  return handler(request);
}

function getWindowSize({ task, tty, arg }: TtyRequest): SyscallResult {
  const bytes = new Uint8Array(WINSIZE.size);
  const view = new DataView(bytes.buffer);
  const { rows, columns, xPixels, yPixels } = tty.windowSize;
  view.setUint16(WINSIZE.ws_row, rows, true);
  view.setUint16(WINSIZE.ws_col, columns, true);
  view.setUint16(WINSIZE.ws_xpixel, xPixels, true);
  view.setUint16(WINSIZE.ws_ypixel, yPixels, true);
  return task.mm.copyOut(arg, bytes);
}

function setWindowSize({ task, tty, arg }: TtyRequest): SyscallResult {
  const bytes = task.mm.copyIn(arg, WINSIZE.size);
  if (isErrno(bytes)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  tty.resize({
    rows: view.getUint16(WINSIZE.ws_row, true),
    columns: view.getUint16(WINSIZE.ws_col, true),
    xPixels: view.getUint16(WINSIZE.ws_xpixel, true),
    yPixels: view.getUint16(WINSIZE.ws_ypixel, true),
  });
  return 0;
}

function isOwn({ task, tty }: TtyRequest): boolean {
  return task.threadGroup.terminal === tty;
}

function getForeground(request: TtyRequest): SyscallResult {
  if (!isOwn(request)) return ENOTTY;
  return request.task.mm.writeInt32(request.arg, request.tty.foregroundGroup?.id ?? 0);
}

function setForeground(request: TtyRequest): SyscallResult {
  const { task, tty, arg } = request;
  if (!isOwn(request)) return ENOTTY;
  const id = task.mm.readInt32(arg);
  if (id === null) return EFAULT;
  if (id < 0) return EINVAL;
  const group = task.pids.processGroup(id);
  if (group === undefined) return ESRCH;
  if (group.session !== task.threadGroup.processGroup.session) return EPERM;
  tty.foregroundGroup = group;
  return 0;
}

function getSession(request: TtyRequest): SyscallResult {
  const { session } = request.tty;
  if (!isOwn(request) || session === null) return ENOTTY;
  return request.task.mm.writeInt32(request.arg, session.id);
}

/** TIOCSCTTY: a session leader without a terminal takes this one; 1 with CAP_SYS_ADMIN takes it away from another session. */
function setControlling({ task, tty, arg }: TtyRequest): SyscallResult {
  const { processGroup } = task.threadGroup;
  const { session } = processGroup;
  if (session.leader === task.threadGroup && tty.session === session) return 0;
  if (session.leader !== task.threadGroup || session.terminal !== null) return EPERM;
  if (tty.session !== null) {
    if (arg !== 1 || !task.credentials.has(CAP_SYS_ADMIN)) return EPERM;
    tty.session.terminal = null;
  }
  tty.control(session, processGroup);
  return 0;
}

function leaveControlling(request: TtyRequest): SyscallResult {
  if (!isOwn(request)) return ENOTTY;
  const { task, tty } = request;
  if (tty.session?.leader === task.threadGroup) tty.disassociate();
  else task.threadGroup.hasLeftTerminal = true;
  return 0;
}

/** TIOCSTI: a byte as if it had been typed. As with dev.tty.legacy_tiocsti = 0, only for CAP_SYS_ADMIN. */
function simulateInput({ task, tty, arg }: TtyRequest): SyscallResult {
  if (!task.credentials.has(CAP_SYS_ADMIN)) return EIO;
  const byte = task.mm.copyIn(arg, 1);
  if (isErrno(byte)) return byte;
  tty.receive(byte);
  return 0;
}

function flush({ tty, arg }: TtyRequest): SyscallResult {
  if (arg !== TCIFLUSH && arg !== TCOFLUSH && arg !== TCIOFLUSH) return EINVAL;
  if (arg !== TCOFLUSH) tty.flushInput();
  if (arg !== TCIFLUSH) tty.flushOutput();
  return 0;
}

function controlFlow({ tty, arg }: TtyRequest): SyscallResult {
  switch (arg) {
    case TCOOFF:
      tty.stopOutput(true);
      return 0;
    case TCOON:
      tty.stopOutput(false);
      return 0;
    case TCIOFF:
    case TCION: {
      // Sent to the other side, which may be a program.
      const key = tty.termios.cc[arg === TCIOFF ? VSTOP : VSTART] as number;
      if (key !== 0) tty.echo([key]);
      return 0;
    }
    default:
      return EINVAL;
  }
}

/** tcdrain(3), tcsendbreak(3): output is never held back, and there is no line to break. */
function drain(): SyscallResult {
  return 0;
}

function setDiscipline({ task, arg }: TtyRequest): SyscallResult {
  const discipline = task.mm.readInt32(arg);
  if (discipline === null) return EFAULT;
  return discipline === N_TTY ? 0 : EINVAL;
}

function setExclusive(tty: Tty, isExclusive: boolean): SyscallResult {
  tty.isExclusive = isExclusive;
  return 0;
}
