/** A command: its name, what help says, and how it is parsed and run. */
import type { Command } from "commander";
import type { Io } from "../io.ts";

export interface CommandContext {
  readonly io: Io;
  /** The exit code, if it is not 0. */
  finish(exitCode: number): void;
}

export interface CommandRow {
  readonly name: string;
  /** In the list of commands. */
  readonly summary: string;
  /** On the command's own page. */
  readonly description: string;
  /** Unless "-h, --help": where -h means something else. */
  readonly helpFlags?: string;
  /** A parser with options and the action; `name` and `description` are set by the caller. */
  define(context: CommandContext): Command;
}
