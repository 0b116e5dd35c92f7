/** Signals by name or number. */
import { signalNumber } from "@kernelet/abi";
import { InvalidArgumentError } from "./errors.ts";

/** "SIGTERM", "TERM" or 15. */
export type SignalLike = string | number;

/** @throws InvalidArgumentError */
export function signalOfArgument(argument: string, signal: SignalLike): number {
  const number = typeof signal === "number" ? signal : signalNumber(signal);
  if (number === undefined || !Number.isInteger(number) || number < 1 || number > 64) {
    throw new InvalidArgumentError(argument, `${JSON.stringify(signal)} is no signal`);
  }
  return number;
}
