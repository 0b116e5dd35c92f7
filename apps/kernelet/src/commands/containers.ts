/** Commands about containers that are here. What does the work is loaded only when it is asked for. */
import { Command, Option } from "commander";
import type { CommitOptions } from "../container/commit.ts";
import type { AttachOptions, ExecOptions } from "../container/exec.ts";
import type { RemoveOptions, StartOptions, StopOptions } from "../container/lifecycle.ts";
import type { ListOptions } from "../container/list.ts";
import type { LogsOptions } from "../container/logs.ts";
import type { StatsOptions } from "../container/processes.ts";
import type { PruneOptions } from "../container/prune.ts";
import type { RootOption } from "../image/context.ts";
import { listOption } from "../options/list.ts";
import { rootOption } from "../options/root.ts";
import type { CommandRow } from "./row.ts";

const ONE = "name, or the first digits of its id";
const SEVERAL = "names, or the first digits of ids";

const detachKeys = (): Option =>
  new Option("--detach-keys <keys>", "leave its terminal; ctrl-p,ctrl-q unless given");

function several(): Command {
  return new Command().argument("<container...>", SEVERAL).addOption(rootOption());
}

export const psCommand: CommandRow = {
  name: "ps",
  summary: "list containers",
  description: "Lists the containers that run, the newest first.",
  define: ({ io }) =>
    new Command()
      .addOption(new Option("-a, --all", "those that do not run, too"))
      .addOption(
        listOption(
          "-f, --filter <filter>",
          "name=, id=, status=, exited=, label=, ancestor=, volume=, before=, since=",
        ),
      )
      .addOption(
        new Option("--format <format>", "table, json, or a template as {{.Names}}").default(
          "table",
        ),
      )
      .addOption(new Option("-n, --last <count>", "the last ones made, whether they run or not"))
      .addOption(new Option("-l, --latest", "the last one made"))
      .addOption(new Option("--no-trunc", "show ids and commands whole"))
      .addOption(new Option("-q, --quiet", "show ids only"))
      .addOption(new Option("-s, --size", "show how much they have written"))
      .addOption(rootOption())
      .action(async (options: ListOptions) => {
        const { runList } = await import("../container/list.ts");
        await runList(io, options);
      }),
};

export const startCommand: CommandRow = {
  name: "start",
  summary: "start containers that do not run",
  description: "Starts containers that were made, or have ended.",
  define: ({ io, finish }) =>
    several()
      .addOption(new Option("-a, --attach", "stay, with its output and exit code"))
      .addOption(new Option("-i, --interactive", "the same, and give it our input"))
      .addOption(detachKeys())
      .action(async (names: string[], options: StartOptions) => {
        const { runStart } = await import("../container/lifecycle.ts");
        finish(await runStart(io, names, options));
      }),
};

function stopping(command: Command): Command {
  return command
    .addOption(
      new Option(
        "-t, --time <seconds>",
        "how long to wait before it is killed; 10 unless the container says otherwise",
      ),
    )
    .addOption(new Option("-s, --signal <signal>", "send this one first"));
}

export const stopCommand: CommandRow = {
  name: "stop",
  summary: "ask containers to end, and end them",
  description:
    "Sends a container's program its stop signal, and kills it if it has not ended in time.",
  define: ({ io }) =>
    stopping(several()).action(async (names: string[], options: StopOptions) => {
      const { runStop } = await import("../container/lifecycle.ts");
      await runStop(io, names, options);
    }),
};

export const restartCommand: CommandRow = {
  name: "restart",
  summary: "stop containers and start them again",
  description: "Stops containers, as kernelet stop, and starts them again.",
  define: ({ io }) =>
    stopping(several()).action(async (names: string[], options: StopOptions) => {
      const { runRestart } = await import("../container/lifecycle.ts");
      await runRestart(io, names, options);
    }),
};

export const killCommand: CommandRow = {
  name: "kill",
  summary: "send containers a signal, or end them",
  description: "Sends a container's program a signal: SIGKILL, if none is named.",
  define: ({ io }) =>
    several()
      .addOption(new Option("-s, --signal <signal>", "name or number"))
      .action(async (names: string[], options: RootOption & { readonly signal?: string }) => {
        const { runKill } = await import("../container/lifecycle.ts");
        await runKill(io, names, options);
      }),
};

export const rmCommand: CommandRow = {
  name: "rm",
  summary: "remove containers",
  description: "Removes containers that do not run, with all that was written in them.",
  define: ({ io }) =>
    several()
      .addOption(new Option("-f, --force", "kill one that runs; no error if it is not there"))
      .addOption(new Option("-v, --volumes", "and volumes without a name that it was made with"))
      .action(async (names: string[], options: RemoveOptions) => {
        const { runRemove } = await import("../container/lifecycle.ts");
        await runRemove(io, names, options);
      }),
};

export const waitCommand: CommandRow = {
  name: "wait",
  summary: "wait until containers have ended",
  description: "Waits until containers have ended and prints their exit codes.",
  define: ({ io }) =>
    several().action(async (names: string[], options: RootOption) => {
      const { runWait } = await import("../container/lifecycle.ts");
      await runWait(io, names, options);
    }),
};

export const pauseCommand: CommandRow = {
  name: "pause",
  summary: "let nothing run in containers",
  description: "Stops all processes of containers where they are.",
  define: ({ io }) =>
    several().action(async (names: string[], options: RootOption) => {
      const { runPause } = await import("../container/lifecycle.ts");
      await runPause(io, names, options);
    }),
};

export const unpauseCommand: CommandRow = {
  name: "unpause",
  summary: "let paused containers go on",
  description: "Lets the processes of paused containers go on.",
  define: ({ io }) =>
    several().action(async (names: string[], options: RootOption) => {
      const { runUnpause } = await import("../container/lifecycle.ts");
      await runUnpause(io, names, options);
    }),
};

export const portCommand: CommandRow = {
  name: "port",
  summary: "list the ports that lead into a container",
  description: "Lists the ports of this machine that lead into a container, or to one port of it.",
  define: ({ io }) =>
    new Command()
      .argument("<container>", ONE)
      .argument("[port[/udp]]", "inside")
      .addOption(rootOption())
      .action(async (name: string, port: string | undefined, options: RootOption) => {
        const { runPort } = await import("../container/port.ts");
        await runPort(io, name, port, options);
      }),
};

export const commitCommand: CommandRow = {
  name: "commit",
  summary: "make an image of a container",
  description:
    "Makes an image of what a container's files are now. One that runs is paused meanwhile. Volumes are no part of it.",
  define: ({ io }) =>
    new Command()
      .argument("<container>", ONE)
      .argument("[image]", "the new image's name")
      .addOption(new Option("-a, --author <text>", "who made it"))
      .addOption(
        listOption(
          "-c, --change <instruction>",
          "a line of a Dockerfile, as 'CMD [\"sh\"]', 'ENV A=b'; may be repeated",
        ),
      )
      .addOption(new Option("-m, --message <text>", "for its history"))
      .addOption(
        new Option("-p, --pause <boolean>", "let nothing run in it meanwhile")
          .choices(["true", "false"])
          .default("true"),
      )
      .addOption(rootOption())
      .action(async (name: string, image: string | undefined, options: CommitOptions) => {
        const { runCommit } = await import("../container/commit.ts");
        await runCommit(io, name, image, options);
      }),
};

export const containerPruneCommand: CommandRow = {
  name: "prune",
  summary: "remove all containers that do not run",
  description: "Removes all containers that do not run, with all that was written in them.",
  define: ({ io }) =>
    new Command()
      .addOption(new Option("-f, --force", "do not ask"))
      .addOption(listOption("--filter <filter>", "label="))
      .addOption(rootOption())
      .action(async (options: PruneOptions) => {
        const { runContainerPrune } = await import("../container/prune.ts");
        await runContainerPrune(io, options);
      }),
};

export const renameCommand: CommandRow = {
  name: "rename",
  summary: "give a container another name",
  description: "Gives a container another name. Its host name stays.",
  define: ({ io }) =>
    new Command()
      .argument("<container>", ONE)
      .argument("<name>", "the new name")
      .addOption(rootOption())
      .action(async (name: string, wanted: string, options: RootOption) => {
        const { runRename } = await import("../container/lifecycle.ts");
        await runRename(io, name, wanted, options);
      }),
};

export const logsCommand: CommandRow = {
  name: "logs",
  summary: "print what a container has written",
  description:
    "Prints what a container's program has written on standard output and standard error.",
  define: ({ io }) =>
    new Command()
      .argument("<container>", ONE)
      .addOption(new Option("-f, --follow", "go on until it has ended"))
      .addOption(
        new Option("--since <moment>", "a date, seconds since 1970, or how long ago as 10m"),
      )
      .addOption(new Option("--until <moment>", "the same"))
      .addOption(new Option("-n, --tail <count>", "the last lines only").default("all"))
      .addOption(new Option("-t, --timestamps", "say when"))
      .addOption(rootOption())
      .action(async (name: string, options: LogsOptions) => {
        const { runLogs } = await import("../container/logs.ts");
        await runLogs(io, name, options);
      }),
};

export const execCommand: CommandRow = {
  name: "exec",
  summary: "run a program in a container that runs",
  description:
    "Runs a further program in a container, with the container's environment, folder and user.",
  define: ({ io, finish }) =>
    new Command()
      .usage("[OPTIONS] CONTAINER PROGRAM [ARGUMENT…]")
      .argument("<container>", ONE)
      .argument("<program...>", "and its arguments, untouched")
      .passThroughOptions()
      .addOption(new Option("-d, --detach", "leave it running"))
      .addOption(new Option("-i, --interactive", "give it our input"))
      .addOption(new Option("-t, --tty", "give it a terminal"))
      .addOption(
        listOption(
          "-e, --env <name[=value]>",
          "set a variable, or pass the caller's on; may be repeated",
        ),
      )
      .addOption(listOption("--env-file <file>", "set the variables in a file; may be repeated"))
      .addOption(new Option("-w, --workdir <folder>", "start there"))
      .addOption(new Option("-u, --user <user[:group]>", "run as this user"))
      .addOption(rootOption())
      .action(async (name: string, argv: string[], options: ExecOptions) => {
        const { runExec } = await import("../container/exec.ts");
        finish(await runExec(io, name, argv, options));
      }),
};

export const attachCommand: CommandRow = {
  name: "attach",
  summary: "take part in a container's streams or terminal",
  description:
    "Shows what a container's program writes from now on, and gives it our input, until it ends or the detach keys are " +
    "typed. Others may be attached, too. A container waits ten seconds for one of us who takes no output; then we miss some.",
  define: ({ io, finish }) =>
    new Command()
      .argument("<container>", ONE)
      .addOption(detachKeys())
      .addOption(new Option("--no-stdin", "give it no input"))
      .addOption(
        new Option("--sig-proxy <boolean>", "pass signals on")
          .choices(["true", "false"])
          .hideHelp(),
      )
      .addOption(rootOption())
      .action(async (name: string, options: AttachOptions) => {
        const { runAttach } = await import("../container/exec.ts");
        finish(await runAttach(io, name, options));
      }),
};

export const topCommand: CommandRow = {
  name: "top",
  summary: "list the processes of a container",
  description: "Lists the processes of a container as they see themselves.",
  define: ({ io }) =>
    new Command()
      .argument("<container>", ONE)
      .addOption(rootOption())
      .action(async (name: string, options: RootOption) => {
        const { runTop } = await import("../container/processes.ts");
        await runTop(io, name, options);
      }),
};

export const statsCommand: CommandRow = {
  name: "stats",
  summary: "show what containers use",
  description:
    "Shows the processor's time, memory and processes that containers use, every second: those named, or all that run.",
  define: ({ io }) =>
    new Command()
      .argument("[container...]", SEVERAL)
      .addOption(new Option("-a, --all").hideHelp())
      .addOption(
        new Option("--format <format>", "table, json, or a template as {{.CPUPerc}}").default(
          "table",
        ),
      )
      .addOption(new Option("--no-stream", "once"))
      .addOption(rootOption())
      .action(async (names: string[], options: StatsOptions) => {
        const { runStats } = await import("../container/processes.ts");
        await runStats(io, names, options);
      }),
};
