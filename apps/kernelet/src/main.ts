/** The command line's entry. Exit codes: see errors.ts. */
import { CommanderError } from "commander";
import { rowsFor } from "./commands/index.ts";
import { explain } from "./errors.ts";
import { type Io, processIo } from "./io.ts";
import { buildProgram } from "./program.ts";

/** @returns the exit code. Throws nothing. */
export async function main(argv: readonly string[], io: Io = processIo): Promise<number> {
  let exitCode = 0;
  const program = buildProgram(await rowsFor(argv[0]), io, (code) => {
    exitCode = code;
  });
  try {
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    // Help and the version were asked for and have been printed.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { text, exitCode: failure } = explain(error, Boolean(io.env.KERNELET_DEBUG));
    io.err(text);
    return failure;
  }
}
