/** The parser that comes from the rows of commands. */
import { Command } from "commander";
import type { CommandRow } from "./commands/row.ts";
import type { Io } from "./io.ts";
import { ownVersion } from "./version.ts";

/** @param finish takes the exit code of the command that ran. */
export function buildProgram(
  rows: readonly CommandRow[],
  io: Io,
  finish: (exitCode: number) => void,
): Command {
  const program = new Command("kernelet")
    .description("A kernel for every container.")
    .usage("COMMAND [OPTIONS] …")
    .version(ownVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this")
    .helpCommand("help [command]", "print what a command does and takes")
    .addHelpText(
      "after",
      "\nExit codes: the program's own; 124 timed out, 125 Kernelet failed, 126 the program is not\n" +
        "executable, 127 it was not found, 128+n signal n ended it; 1 a command about images could not do it.\n" +
        "KERNELET_DEBUG=1 shows stacks of our errors.",
    )
    // What follows a command belongs to it, so that `do` can leave its program's options alone.
    .enablePositionalOptions();
  for (const row of rows) {
    const command = row.define({ io, finish }).name(row.name);
    command.summary(row.summary).description(row.description);
    command.helpOption(row.helpFlags ?? "-h, --help", "print this");
    program.addCommand(command);
  }
  configureAll(program, io);
  return program;
}

function configureAll(command: Command, io: Io): void {
  configure(command, io);
  // `kernelet volume` asks what there is, as with docker(1).
  if (command.commands.length > 0 && command.parent !== null) {
    command.allowExcessArguments().action((_options, { args: [unknown] }: Command) => {
      if (unknown === undefined) command.outputHelp();
      else command.error(`error: unknown command '${unknown}'`);
    });
  }
  for (const below of command.commands) configureAll(below, io);
}

/** Errors come back as exceptions, so that main prints them all alike. */
function configure(command: Command, io: Io): void {
  command.exitOverride();
  command.configureOutput({ writeOut: io.out, writeErr: () => {}, outputError: () => {} });
}
