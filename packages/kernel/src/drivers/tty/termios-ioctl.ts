/** Reading and changing the settings of a terminal, in the four layouts there have been: ioctl_tty(2), drivers/tty/tty_ioctl.c. */
import {
  CAP_CHECKPOINT_RESTORE,
  CAP_SYS_ADMIN,
  EPERM,
  isErrno,
  TCGETA,
  TCGETS,
  TCGETS2,
  TCSETA,
  TCSETAF,
  TCSETAW,
  TCSETS,
  TCSETS2,
  TCSETSF,
  TCSETSF2,
  TCSETSW,
  TCSETSW2,
  TERMIO,
  TERMIOS,
  TERMIOS2,
  TIOCGLCKTRMIOS,
  TIOCSLCKTRMIOS,
} from "@kernelet/abi";
import type { SyscallResult } from "../../kernel/result.ts";
import { Termios, type TermiosLayout } from "./termios.ts";
import type { TtyHandler, TtyRequest } from "./tty-ioctl.ts";

const SIZES: Readonly<Record<TermiosLayout, number>> = {
  termio: TERMIO.size,
  termios: TERMIOS.size,
  termios2: TERMIOS2.size,
};

function get(layout: TermiosLayout): TtyHandler {
  return ({ task, tty, arg }) => task.mm.copyOut(arg, tty.termios.encode(layout));
}

/** Output goes out at once, so there is nothing to wait for: the W forms are as those without. */
function set(layout: TermiosLayout, flushes = false): TtyHandler {
  return ({ task, tty, arg }) => {
    const bytes = task.mm.copyIn(arg, SIZES[layout]);
    if (isErrno(bytes)) return bytes;
    if (flushes) tty.flushInput();
    const { termios } = tty;
    const old = termios.copy();
    termios.decode(bytes, layout);
    termios.keepLocked(old, tty.lockedTermios);
    tty.termiosChanged(old);
    return 0;
  };
}

/** Which settings are locked: all bits of a Termios that may not change. */
function getLocked({ task, tty, arg }: TtyRequest): SyscallResult {
  return task.mm.copyOut(arg, (tty.lockedTermios ?? Termios.zero()).encode("termios"));
}

function setLocked({ task, tty, arg }: TtyRequest): SyscallResult {
  const { credentials } = task;
  if (!credentials.has(CAP_SYS_ADMIN) && !credentials.has(CAP_CHECKPOINT_RESTORE)) return EPERM;
  const bytes = task.mm.copyIn(arg, TERMIOS.size);
  if (isErrno(bytes)) return bytes;
  const locked = Termios.zero();
  locked.decode(bytes, "termios");
  tty.lockedTermios = locked;
  return 0;
}

export const TERMIOS_REQUESTS: readonly (readonly [cmd: number, handler: TtyHandler])[] = [
  [TCGETA, get("termio")],
  [TCGETS, get("termios")],
  [TCGETS2, get("termios2")],
  [TCSETA, set("termio")],
  [TCSETAW, set("termio")],
  [TCSETAF, set("termio", true)],
  [TCSETS, set("termios")],
  [TCSETSW, set("termios")],
  [TCSETSF, set("termios", true)],
  [TCSETS2, set("termios2")],
  [TCSETSW2, set("termios2")],
  [TCSETSF2, set("termios2", true)],
  [TIOCGLCKTRMIOS, getLocked],
  [TIOCSLCKTRMIOS, setLocked],
];

/** Those that a background process may not make unstopped (tty_check_change). */
export const TERMIOS_CHANGES: readonly number[] = [
  TCSETA,
  TCSETAW,
  TCSETAF,
  TCSETS,
  TCSETSW,
  TCSETSF,
  TCSETS2,
  TCSETSW2,
  TCSETSF2,
];
