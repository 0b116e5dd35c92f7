/** `kernelet container …`: the commands about containers under the names that docker(1) has for them there. */
import { cpCommand, diffCommand } from "./container-files.ts";
import {
  attachCommand,
  commitCommand,
  containerPruneCommand,
  execCommand,
  killCommand,
  logsCommand,
  pauseCommand,
  portCommand,
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
} from "./containers.ts";
import { group } from "./group.ts";
import { inspecting } from "./images.ts";
import type { CommandRow } from "./row.ts";
import { createCommand, runCommand } from "./run.ts";

export const containerCommand: CommandRow = group({
  name: "container",
  summary: "manage containers",
  description: "What can be done with containers.",
  rows: [
    attachCommand,
    commitCommand,
    cpCommand,
    createCommand,
    diffCommand,
    execCommand,
    {
      name: "inspect",
      summary: "print everything about containers",
      description: "Prints all that is known of containers, as JSON.",
      define: inspecting("container"),
    },
    killCommand,
    logsCommand,
    { ...psCommand, name: "ls" },
    pauseCommand,
    portCommand,
    containerPruneCommand,
    renameCommand,
    restartCommand,
    rmCommand,
    runCommand,
    startCommand,
    statsCommand,
    stopCommand,
    topCommand,
    unpauseCommand,
    waitCommand,
  ],
});
