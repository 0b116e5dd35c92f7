/**
 * The walls around the sandbox process, seen from inside: it refuses to start without them, so that no mistake of a
 * launcher's makes a sandbox that is none.
 */
import process from "node:process";

/** What Node's permission model must deny. */
const DENIED = ["child", "worker", "addon", "wasi", "inspector"] as const;

/** @returns what is missing, one line each; empty if all walls stand. */
export function missingWalls(): string[] {
  const missing: string[] = [];
  const names = Object.keys(process.env);
  if (names.length > 0) missing.push(`the environment is not empty: ${names.join(", ")}`);
  const { permission } = process;
  if (permission === undefined) return [...missing, "Node's permission model is off"];
  for (const scope of DENIED) if (permission.has(scope)) missing.push(`${scope} is allowed`);
  if (permission.has("fs.write")) missing.push("all of the host may be written");
  return missing;
}
