/** Sizes as docker(1) takes them: `512m`, `2g`, `1.5gib`; a number alone is bytes. Units are powers of 1024. */
import { badOption } from "../errors.ts";

const SIZE = /^(\d+(?:\.\d+)?)\s*(?:(b)|([kmgt])(?:i?b)?)?$/i;
const EXPONENTS: Readonly<Record<string, number>> = { k: 1, m: 2, g: 3, t: 4 };

/** @returns bytes, more than 0. */
export function parseSize(flag: string, text: string): number {
  const match = SIZE.exec(text.trim());
  if (match === null) throw badOption(flag, `'${text}' is not a size; write 512m or 2g`);
  const unit = match[3]?.toLowerCase();
  const bytes = Math.floor(Number(match[1]) * 1024 ** (EXPONENTS[unit ?? ""] ?? 0));
  if (bytes <= 0) throw badOption(flag, `'${text}' is no memory at all`);
  if (!Number.isSafeInteger(bytes)) throw badOption(flag, `'${text}' is too large`);
  return bytes;
}
