/** The one place where errors of Node become errno. */
import { EACCES, EINVAL, EIO, type Errno, errnoByName } from "@kernelet/abi";

/** The errno of what a call into Node threw. */
export function errnoOf(error: unknown): Errno {
  const code = (error as { code?: unknown }).code;
  if (typeof code !== "string") throw error; // No error of the system: a bug of ours.
  if (code === "ERR_ACCESS_DENIED") return EACCES; // Node's permission model.
  if (code.startsWith("ERR_")) return EINVAL;
  return errnoByName(code) ?? EIO;
}

/** Runs a call into Node whose value does not matter. */
export function attempt(call: () => unknown): 0 | Errno {
  try {
    call();
    return 0;
  } catch (error) {
    return errnoOf(error);
  }
}
