/** `kernelet doctor`: what works here and why, on one screen. */
import { Command } from "commander";
import { type CheckResult, type CheckStatus, runChecks } from "../doctor/check.ts";
import { machineChecks } from "../doctor/machine.ts";
import { nodeChecks } from "../doctor/node.ts";
import { sandboxChecks } from "../doctor/sandbox.ts";
import { webAssemblyChecks } from "../doctor/webassembly.ts";
import { formatOption, type OutputFormat } from "../options/format.ts";
import type { CommandRow } from "./row.ts";

const CHECKS = [...nodeChecks, ...machineChecks, ...webAssemblyChecks, ...sandboxChecks];

const MARKS: Readonly<Record<CheckStatus, string>> = { ok: "ok  ", warn: "WARN", fail: "FAIL" };

function asText(results: readonly CheckResult[], canRun: boolean): string {
  const width = Math.max(...results.map(({ title }) => title.length));
  const lines = results.map(({ status, title, found, advice }) => {
    const why = advice === undefined ? "" : `: ${advice}`;
    return `${MARKS[status]}  ${title.padEnd(width)}  ${found}${why}`;
  });
  const summary = canRun ? "kernelet do works here" : "kernelet do does not work here";
  return [...lines, summary, ""].join("\n");
}

export const doctorCommand: CommandRow = {
  name: "doctor",
  summary: "print what works on this machine, and why what does not",
  description:
    "Tries what Kernelet needs of this machine. The exit code is 1 if something needed is missing.",
  define({ io, finish }) {
    return new Command()
      .addOption(formatOption())
      .action(async ({ format }: { readonly format: OutputFormat }) => {
        const checks = await runChecks(CHECKS);
        const canRun = checks.every(({ status }) => status !== "fail");
        if (format === "json") io.out(`${JSON.stringify({ canRun, checks }, null, 2)}\n`);
        else io.out(asText(checks, canRun));
        if (!canRun) finish(1);
      });
  },
};
