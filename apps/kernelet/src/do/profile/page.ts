/** A profile as one web page that needs nothing else: no network, no other file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProfileData } from "@kernelet/sandbox";

/** tools/build.ts copies this folder beside the bundle. */
const VIEW = join(import.meta.dirname, "view");

export function page(profile: ProfileData): string {
  const read = (name: string): string => readFileSync(join(VIEW, name), "utf8");
  // Functions, so that no "$" in what is put in means anything.
  return read("profile.html")
    .replace("/* style */", () => read("profile.css"))
    .replace("/* script */", () => read("profile.js"))
    .replace('"data"', () => asScript(profile));
}

/** JSON that a script element can hold: names are the guest's, and may be anything. */
function asScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");
}
