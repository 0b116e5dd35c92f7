/** `--stop-timeout`, `stop -t`: whole seconds. */
import { badOption } from "../errors.ts";

/** @returns -1 for ever. */
export function parseSeconds(flag: string, text: string): number {
  if (!/^(-1|\d{1,7})$/.test(text)) throw badOption(flag, `'${text}' is no number of seconds`);
  return Number(text);
}
