/** Asks the person, before much is removed. */
import process from "node:process";
import { createInterface } from "node:readline/promises";
import { badOption, CliError } from "./errors.ts";

/** @param what goes if they say yes. */
export async function isConfirmed(what: string): Promise<boolean> {
  if (process.stdin.isTTY !== true) throw badOption("-f", "nobody is there to ask; -f asks nobody");
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`This removes ${what}. Continue? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    throw new CliError("cancelled", "not confirmed", { cause: error });
  } finally {
    asking.close();
  }
}
