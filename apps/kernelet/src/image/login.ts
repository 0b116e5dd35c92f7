/** `login` and `logout`. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import {
  checkCredentials,
  DEFAULT_HOST,
  eraseCredentials,
  storeCredentials,
} from "@kernelet/image";
import { badOption } from "../errors.ts";
import type { Io } from "../io.ts";
import { reporting } from "./context.ts";

export interface LoginOptions {
  readonly username?: string;
  readonly password?: string;
  readonly passwordStdin?: true;
}

export async function runLogin(
  io: Io,
  server: string | undefined,
  options: LoginOptions,
): Promise<void> {
  await reporting(async () => {
    const host = hostOf(server);
    const username = options.username ?? (await ask("Username: ", false));
    const password = await passwordOf(options);
    const credentials = { username, password };
    await checkCredentials(host, credentials, { env: io.env });
    const place = await storeCredentials(host, credentials, io.env);
    io.err(`Credentials are kept in ${place}\n`);
    io.out("Login Succeeded\n");
  });
}

export async function runLogout(io: Io, server: string | undefined): Promise<void> {
  await reporting(async () => {
    const host = hostOf(server);
    const wasThere = await eraseCredentials(host, io.env);
    io.out(wasThere ? `Removed credentials for ${host}\n` : `Not logged in to ${host}\n`);
  });
}

/** As people write it: an address, too. */
function hostOf(server: string | undefined): string {
  const host = (server ?? DEFAULT_HOST).replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return host === "index.docker.io" ? DEFAULT_HOST : host;
}

async function passwordOf(options: LoginOptions): Promise<string> {
  if (options.passwordStdin === true) {
    if (options.password !== undefined)
      throw badOption("--password-stdin", "--password is given, too");
    return (await text(process.stdin)).replace(/\r?\n$/, "");
  }
  return options.password ?? (await ask("Password: ", true));
}

async function ask(question: string, isHidden: boolean): Promise<string> {
  if (process.stdin.isTTY !== true) {
    const flag = isHidden ? "--password-stdin" : "-u";
    throw badOption(flag, "nobody is there to ask");
  }
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = isHidden ? silent : process.stderr;
  const asking = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return (await asking.question("")).trim();
  } finally {
    asking.close();
    if (isHidden) process.stderr.write("\n");
  }
}
