/** Numbers of helpers, as translated code passes them to the one imported `helper` function. */
import type { Helper } from "./helper.ts";

const ids = new Map<string, number>();
const table: (Helper | undefined)[] = [];
const names: string[] = [];

/** The number of a helper; given out on first mention, so code may be made before helpers register. */
export function helperId(name: string): number {
  const known = ids.get(name);
  if (known !== undefined) return known;
  const id = names.length;
  ids.set(name, id);
  names.push(name);
  return id;
}

/** Adds a family of helpers. @throws Error when a name is taken. */
export function registerHelpers(family: Readonly<Record<string, Helper>>): void {
  for (const [name, helper] of Object.entries(family)) {
    const id = helperId(name);
    if (table[id] !== undefined && table[id] !== helper) throw new Error(`helper ${name} twice`);
    table[id] = helper;
  }
}

export function helperById(id: number): Helper {
  const helper = table[id];
  if (helper === undefined) throw new Error(`no helper "${names[id]}"`);
  return helper;
}
