/** Sizes as docker(1) takes them: `512m`, `2g`, `1.5gib`; a number alone is bytes. Units are powers of 1024. */
import { parseSize as parse } from "@kernelet/sandbox";
import { badOption } from "../errors.ts";

/** @returns bytes, more than 0. */
export function parseSize(flag: string, text: string): number {
  const bytes = parse(text);
  if (bytes === null) throw badOption(flag, `'${text}' is not a size; write 512m or 2g`);
  if (bytes <= 0) throw badOption(flag, `'${text}' is no memory at all`);
  if (!Number.isSafeInteger(bytes)) throw badOption(flag, `'${text}' is too large`);
  return bytes;
}
