/** What is done to several things, one after the other. */
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { reporting } from "./context.ts";

/** Does it to each, says what failed, and goes on: the first error decides how we end. */
export async function forEach(
  io: Io,
  names: readonly string[],
  work: (name: string) => Promise<void>,
): Promise<void> {
  const failed: unknown[] = [];
  for (const name of names) {
    try {
      await reporting(() => work(name));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      failed.push(error);
      if (names.length > 1) io.err(`kernelet: ${error.message}\n`);
    }
  }
  if (failed.length === 0) return;
  throw names.length > 1
    ? new CliError("some-failed", `${failed.length} of ${names.length} failed`, { exitCode: 1 })
    : failed[0];
}
