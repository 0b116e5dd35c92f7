/**
 * Hooks on system calls: who runs a sandbox decides, call by call, what a program in it gets. The program waits for the
 * answer; others in the sandbox go on meanwhile.
 */
import { EPERM, errnoByName } from "@kernelet/abi";
import type { CallVerdict, SystemCall } from "@kernelet/sandbox";
import { InvalidArgumentError } from "./errors.ts";

/** What becomes of a call. */
export type HookVerdict =
  /** The call is made, unless another hook says no. */
  | "allow"
  /** It fails with EPERM. */
  | "deny"
  /** It fails with an error of Linux's, "ENOENT", at once or after a while; or is made after a while. */
  | { readonly errno?: string; readonly delayMs?: number };

/** undefined allows. What it throws denies. */
export type Hook = (call: SystemCall) => HookVerdict | undefined | Promise<HookVerdict | undefined>;

/** A day. */
const MAX_DELAY_MS = 86_400_000;
const DENIED: CallVerdict = { errno: EPERM, delayMs: 0 };

/** @param failed is told of a hook that threw, or that said what nobody can understand. */
export async function judge(
  hook: Hook,
  call: SystemCall,
  failed: (error: unknown) => void,
): Promise<CallVerdict> {
  try {
    return verdictOf(await hook(call));
  } catch (error) {
    failed(error);
    return DENIED;
  }
}

function verdictOf(verdict: HookVerdict | undefined): CallVerdict {
  if (verdict === undefined || verdict === "allow") return { errno: null, delayMs: 0 };
  if (verdict === "deny") return DENIED;
  const { errno: name, delayMs = 0 } = verdict;
  const errno = name === undefined ? null : errnoByName(name);
  if (errno === undefined)
    throw new InvalidArgumentError("errno", `'${name}' is no error of Linux's`);
  if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS)) {
    throw new InvalidArgumentError("delayMs", `${delayMs} is no delay`);
  }
  return { errno, delayMs };
}

/** A name, several, or groups as strace(1) has them: "openat", "%file", "%network". @throws InvalidArgumentError */
export function callSet(calls: string | readonly string[]): string {
  const set = typeof calls === "string" ? calls : calls.join(",");
  if (set === "") throw new InvalidArgumentError("calls", "names no system call");
  return set;
}
