/** Commands below a command: `kernelet image ls`. */
import { Command } from "commander";
import type { CommandRow } from "./row.ts";

interface Group {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly rows: readonly CommandRow[];
}

export function group({ name, summary, description, rows }: Group): CommandRow {
  return {
    ...{ name, summary, description },
    define(context) {
      const parent = new Command().usage("COMMAND [OPTIONS] …");
      // What follows a command belongs to it, as at the top.
      parent.enablePositionalOptions();
      for (const row of rows) {
        const command = row.define(context).name(row.name);
        command
          .summary(row.summary)
          .description(row.description)
          .helpOption(row.helpFlags ?? "-h, --help", "print this");
        parent.addCommand(command);
      }
      return parent;
    },
  };
}
