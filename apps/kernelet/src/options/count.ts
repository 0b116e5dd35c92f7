/** Numbers of things. */
import { badOption } from "../errors.ts";

/** @returns a whole number, more than 0. */
export function parseCount(flag: string, text: string): number {
  const count = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(count)) throw badOption(flag, `'${text}' is not a number`);
  if (count === 0) throw badOption(flag, "0 would leave no room for the program itself");
  return count;
}
