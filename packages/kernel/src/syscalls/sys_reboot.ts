/** reboot(2): power off, halt and restart of the sandbox, or of a PID namespace; kernel/reboot.c, kernel/pid_namespace.c. */
import { CAP_SYS_BOOT, EINVAL, EPERM, SIGHUP, SIGINT, signalStatus } from "@kernelet/abi";
import { exitTask } from "../kernel/exit.ts";
import { ownerOf } from "../kernel/namespaces/user-namespace.ts";
import { NO_RETURN, type SyscallResult } from "../kernel/result.ts";
import { startGroupExit } from "../kernel/signal-post.ts";
import type { Task } from "../kernel/task.ts";
import type { SyscallArgs } from "./args.ts";

// linux/reboot.h.
const LINUX_REBOOT_MAGIC1 = 0xfee1dead;
const LINUX_REBOOT_MAGIC2 = [672274793, 85072278, 369367448, 537993216];
const LINUX_REBOOT_CMD_RESTART = 0x1234567;
const LINUX_REBOOT_CMD_HALT = 0xcdef0123;
const LINUX_REBOOT_CMD_CAD_ON = 0x89abcdef;
const LINUX_REBOOT_CMD_CAD_OFF = 0;
const LINUX_REBOOT_CMD_POWER_OFF = 0x4321fedc;
const LINUX_REBOOT_CMD_RESTART2 = 0xa1b2c3d4;

/** By which signal a namespace's init seems to have ended: how its parent learns what was asked for. */
const NAMESPACE_SIGNALS: ReadonlyMap<number, number> = new Map([
  [LINUX_REBOOT_CMD_RESTART, SIGHUP],
  [LINUX_REBOOT_CMD_RESTART2, SIGHUP],
  [LINUX_REBOOT_CMD_HALT, SIGINT],
  [LINUX_REBOOT_CMD_POWER_OFF, SIGINT],
]);

export function reboot(task: Task, args: SyscallArgs): SyscallResult {
  if (!task.credentials.hasIn(ownerOf(task.pids), CAP_SYS_BOOT)) return EPERM;
  if (args.uint(0) !== LINUX_REBOOT_MAGIC1) return EINVAL;
  if (!LINUX_REBOOT_MAGIC2.includes(args.uint(1))) return EINVAL;
  const command = args.uint(2);
  const signo = NAMESPACE_SIGNALS.get(command);
  const { init } = task.pids;
  if (init !== null) {
    if (signo === undefined) return EINVAL;
    startGroupExit(init, signalStatus(signo));
    exitTask(task, 0);
    return NO_RETURN;
  }
  if (command === LINUX_REBOOT_CMD_CAD_ON || command === LINUX_REBOOT_CMD_CAD_OFF) return 0;
  if (signo === undefined) return EINVAL;
  task.kernel.host.log("info", `${task.comm}[${task.tid}] asked for the system to end`);
  task.kernel.shutDown();
  return 0;
}
