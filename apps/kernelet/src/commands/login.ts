/** `kernelet login` and `kernelet logout`. */
import { Command, Option } from "commander";
import type { LoginOptions } from "../image/login.ts";
import type { CommandRow } from "./row.ts";

export const loginCommand: CommandRow = {
  name: "login",
  summary: "keep credentials for a registry",
  description:
    "Tries a user name and password with a registry, docker.io if none is named, and keeps them where docker login " +
    "does: in its config.json, or with the helper named there.",
  define: ({ io }) =>
    new Command()
      .argument("[registry]", "its host")
      .addOption(new Option("-u, --username <name>", "user name"))
      .addOption(
        new Option("-p, --password <password>", "password; others on this machine may see it here"),
      )
      .addOption(new Option("--password-stdin", "read the password from standard input"))
      .action(async (server: string | undefined, options: LoginOptions) => {
        const { runLogin } = await import("../image/login.ts");
        await runLogin(io, server, options);
      }),
};

export const logoutCommand: CommandRow = {
  name: "logout",
  summary: "forget credentials for a registry",
  description: "Removes what login has kept.",
  define: ({ io }) =>
    new Command().argument("[registry]", "its host").action(async (server: string | undefined) => {
      const { runLogout } = await import("../image/login.ts");
      await runLogout(io, server);
    }),
};
