/** Signals by name or number: "SIGTERM", "TERM", "15". */
import { signalNumber } from "@kernelet/abi";
import { badOption } from "../errors.ts";

const MOST = 64;

export function parseSignal(flag: string, text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : signalNumber(text.toUpperCase());
  if (number === undefined || number < 1 || number > MOST) {
    throw badOption(flag, `'${text}' is no signal`);
  }
  return number;
}
