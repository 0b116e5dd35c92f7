/**
 * What a system call handler returns.
 *
 *   number ≥ 0     the value for rax
 *   Errno          a negative branded number
 *   BLOCKED        the task waits; see `Task.block`. The handler is called again when it is woken.
 *   NO_RETURN      registers were replaced (execve, rt_sigreturn) or the task is gone (exit): rax is not touched
 *
 * Handlers are plain synchronous functions. Blocking is data: a handler that cannot finish calls
 * `return task.block(queues, options)`, which puts the task on wait queues and returns BLOCKED; the task loop
 * runs the same system call again after a wake-up (registers still hold its arguments). State that must survive
 * between tries (deadline, bytes already moved) is in `task.pending`, plain data.
 * A signal ends the wait: the handler is called once more, so that it sees whether its condition holds by now,
 * as Linux's wait loops do; if it blocks again, `block` gives an error of the ERESTARTSYS family instead, as its
 * `restart` option says. A handler that has moved bytes already returns these instead. What becomes of the
 * error, EINTR or a restart, is decided in one place: kernel/signal-delivery.
 */
import type { Errno } from "@kernelet/abi";
/** Not numbers that a syscall can return: beyond -4095. */
export declare const BLOCKED: number & {
  readonly __blocked: true;
};
export declare const NO_RETURN: number & {
  readonly __noReturn: true;
};
export type SyscallResult = number | Errno | typeof BLOCKED | typeof NO_RETURN;
