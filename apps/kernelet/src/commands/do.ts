/** `kernelet do`: runs a program of the host's own root folder in a sandbox. */
import { type Command, Option } from "commander";
import { buildRequest, DEFAULT_PIDS_LIMIT, type DoOptions } from "../do/request.ts";
import { runRequest } from "../do/run.ts";
import { parseCount } from "../options/count.ts";
import { parseDuration } from "../options/duration.ts";
import { OF_THE_CALLER, OF_THE_ROOT } from "../options/environment.ts";
import { InlineValueCommand } from "../options/inline-values.ts";
import { listOption } from "../options/list.ts";
import { parseMode } from "../options/network.ts";
import { parseProfileFile } from "../options/profile-file.ts";
import { parseSize } from "../options/size.ts";
import type { CommandContext, CommandRow } from "./row.ts";

const DESCRIPTION =
  "Runs a program of this machine's root folder in a sandbox: its machine code is translated, and its system " +
  "calls are answered by Kernelet's kernel. It sees the root read-only below a layer in memory that takes its " +
  "writes and is gone at the end.";

const NOTES = `
The program is looked up in PATH inside its root, starts in the caller's folder
if the root has it (else in /), with the caller's user and group. Of the
caller's environment it gets ${OF_THE_CALLER.join(" ")} LC_* and,
with the host's own root, ${OF_THE_ROOT.join(" ")}. -e NAME lets another in.

  kernelet do -- python3 -c 'print(1 + 1)'
  kernelet do --trace=file -- cat /etc/hostname
  kernelet do -v "$PWD:/work:rw" -w /work -- make
  kernelet do --allow '*.debian.org:80' -- curl http://deb.debian.org/
  kernelet do -p 8080:8000 -- python3 -m http.server

Without --net, --allow or -p it reaches nothing but itself. This machine's own
services are closed unless named ("localhost:5432"); inside, this machine is
called host.kernelet.internal. What was refused is in the report.`;

// biome-ignore format: one option per line.
const OPTIONS: readonly Option[] = [
  listOption("-e, --env <name[=value]>", "set a variable, or pass the caller's on; may be repeated"),
  listOption("--env-file <file>", "set the variables in a file, one name=value a line; may be repeated"),
  new Option("-w, --workdir <folder>", "start there"),
  new Option("-u, --user <user[:group]>", "run as this user: names of the root's /etc/passwd, or numbers"),
  new Option("--hostname <name>", "what the program sees as the machine's name").default("kernelet"),
  new Option("-m, --memory <size>", "memory for all its processes and files, as 512m or 2g; half of this machine's unless given").argParser((text) => parseSize("--memory", text)),
  new Option("--pids-limit <count>", "the most processes and threads at one time").argParser((text) => parseCount("--pids-limit", text)).default(DEFAULT_PIDS_LIMIT),
  new Option("--timeout <time>", "end all its processes after 10s, 500ms or 1m30s; the exit code is 124").argParser((text) => parseDuration("--timeout", text)),
  new Option("--rootfs <folder>", "another root folder").default("/"),
  listOption("-v, --volume <host:guest[:ro|rw]>", "show a folder of the host's, read-only unless rw; may be repeated"),
  new Option("--net <mode>", "what of the network can be reached: none, loopback, public (no private addresses), host").argParser(parseMode).default("loopback"),
  listOption("--allow <host[:port]>", "let it reach a name, *.name, address, network or localhost as well; may be repeated"),
  listOption("--deny <host[:port]>", "keep it from reaching these, whatever allows them; may be repeated"),
  listOption("-p, --publish <[[ip:]host:]guest[/udp]>", "let a port of this machine lead to one inside; may be repeated"),
  listOption("--dns <address>", "ask this name server; may be repeated"),
  new Option("--trace", "print system calls on stderr as strace does; --trace=file,%memory,openat: those only"),
  new Option("--trace-set <set>").hideHelp(),
  new Option("--trace-file <file>", "print them into a file"),
  new Option("--report", "print at the end what was asked of the kernel and what reached the host; --report=json"),
  new Option("--report-format <format>").choices(["text", "json"]).hideHelp(),
  new Option("--profile <file>", "write a flame graph of where the time went: a web page, or with .json or .folded the data").argParser(parseProfileFile),
  new Option("--no-cache", "neither use nor keep what makes the next start quicker (kernelet help cache)"),
  new Option("--interpret", "translate nothing, interpret everything: for finding our bugs").hideHelp(),
  new Option("--report-file <file>", "print it into a file"),
];

const INLINE = { "--trace": "--trace-set", "--report": "--report-format" };

function define({ io, finish }: CommandContext): Command {
  const command = new InlineValueCommand(INLINE)
    .usage("[OPTIONS] [--] PROGRAM [ARGUMENT…]")
    .argument("<program>", "path, or name to look up")
    .argument("[arguments...]", "for the program, untouched")
    .passThroughOptions()
    .addHelpText("after", NOTES);
  for (const option of OPTIONS) command.addOption(option);
  return command.action(async (program: string, args: string[], options: DoOptions) => {
    finish(await runRequest(buildRequest(io, [program, ...args], options), io));
  });
}

export const doCommand: CommandRow = {
  name: "do",
  summary: "run a program of this machine's root folder in a sandbox",
  description: DESCRIPTION,
  define,
};
