/** `--filter KEY=VALUE` of the commands that list things. */
import { badOption } from "../errors.ts";

/** What each key asks, given its value. */
export type FilterRows<T> = Readonly<Record<string, (value: string) => (item: T) => boolean>>;

/** @returns what passes: of filters with one key any, and of different keys all. */
export function parseFilters<T>(
  texts: readonly string[],
  rows: FilterRows<T>,
): (item: T) => boolean {
  const byKey = new Map<string, ((item: T) => boolean)[]>();
  for (const text of texts) {
    const [key = "", value = ""] = text.split(/=(.*)/s);
    const make = Object.hasOwn(rows, key) ? rows[key] : undefined;
    if (make === undefined) {
      throw badOption("--filter", `'${text}' is none of ${Object.keys(rows).join("=, ")}=`);
    }
    byKey.set(key, [...(byKey.get(key) ?? []), make(value)]);
  }
  const groups = [...byKey.values()];
  return (item) => groups.every((group) => group.some((passes) => passes(item)));
}

/** `NAME`, or `NAME=VALUE`. */
export function hasLabel(labels: Readonly<Record<string, string>>, text: string): boolean {
  const [name = "", wanted] = text.split(/=(.*)/s);
  return Object.hasOwn(labels, name) && (wanted === undefined || labels[name] === wanted);
}

export function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw badOption("--filter", `'${text}' is no regular expression`);
  }
}

export function parseYesNo(key: string, text: string): boolean {
  if (/^(true|1)$/i.test(text)) return true;
  if (/^(false|0)$/i.test(text)) return false;
  throw badOption("--filter", `${key}=${text} may be true or false`);
}
