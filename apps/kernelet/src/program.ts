/** The commands as rows, and the parser that comes from them. */
import { Command } from "commander";
import { loadCommand, saveCommand } from "./commands/archive.ts";
import { cacheCommand } from "./commands/cache.ts";
import { cpCommand, diffCommand } from "./commands/container-files.ts";
import {
  attachCommand,
  execCommand,
  killCommand,
  logsCommand,
  pauseCommand,
  psCommand,
  renameCommand,
  restartCommand,
  rmCommand,
  startCommand,
  statsCommand,
  stopCommand,
  topCommand,
  unpauseCommand,
  waitCommand,
} from "./commands/containers.ts";
import { doCommand } from "./commands/do.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { imageCommand } from "./commands/image.ts";
import { imagesCommand, inspectCommand, rmiCommand, tagCommand } from "./commands/images.ts";
import { loginCommand, logoutCommand } from "./commands/login.ts";
import type { CommandRow } from "./commands/row.ts";
import { createCommand, runCommand } from "./commands/run.ts";
import { pullCommand, pushCommand } from "./commands/transfer.ts";
import { versionCommand } from "./commands/version.ts";
import { volumeCommand } from "./commands/volume.ts";
import type { Io } from "./io.ts";
import { ownVersion } from "./version.ts";

const COMMANDS: readonly CommandRow[] = [
  runCommand,
  doCommand,
  attachCommand,
  cacheCommand,
  cpCommand,
  createCommand,
  diffCommand,
  doctorCommand,
  execCommand,
  imageCommand,
  imagesCommand,
  inspectCommand,
  killCommand,
  loadCommand,
  loginCommand,
  logoutCommand,
  logsCommand,
  pauseCommand,
  psCommand,
  pullCommand,
  pushCommand,
  renameCommand,
  restartCommand,
  rmCommand,
  rmiCommand,
  saveCommand,
  startCommand,
  statsCommand,
  stopCommand,
  tagCommand,
  topCommand,
  unpauseCommand,
  versionCommand,
  volumeCommand,
  waitCommand,
];

/** @param finish takes the exit code of the command that ran. */
export function buildProgram(io: Io, finish: (exitCode: number) => void): Command {
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
  for (const row of COMMANDS) {
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
  for (const below of command.commands) configureAll(below, io);
}

/** Errors come back as exceptions, so that main prints them all alike. */
function configure(command: Command, io: Io): void {
  command.exitOverride();
  command.configureOutput({ writeOut: io.out, writeErr: () => {}, outputError: () => {} });
}
