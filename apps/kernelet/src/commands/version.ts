/** `kernelet version`. */
import process from "node:process";
import { Command } from "commander";
import { formatOption, type OutputFormat } from "../options/format.ts";
import { ownVersion } from "../version.ts";
import type { CommandRow } from "./row.ts";

export interface VersionFacts {
  readonly kernelet: string;
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
}

function facts(): VersionFacts {
  return {
    kernelet: ownVersion(),
    node: process.versions.node,
    v8: process.versions.v8,
    platform: `${process.platform}/${process.arch}`,
  };
}

export const versionCommand: CommandRow = {
  name: "version",
  summary: "print versions: Kernelet's, Node's, V8's",
  description: "Prints the versions of Kernelet, Node and V8, and the platform.",
  define({ io }) {
    return new Command()
      .addOption(formatOption())
      .action(({ format }: { readonly format: OutputFormat }) => {
        const all = facts();
        if (format === "json") io.out(`${JSON.stringify(all)}\n`);
        else io.out(`kernelet ${all.kernelet} (node ${all.node}, v8 ${all.v8}, ${all.platform})\n`);
      });
  },
};
