/**
 * Programs that keep credentials: `docker-credential-NAME get|store|erase`, the host on stdin, JSON on stdout
 * (https://github.com/docker/docker-credential-helpers).
 */
import { spawn } from "node:child_process";
import { ImageError } from "../errors.ts";
import { JsonReader } from "../json.ts";
import type { Credentials } from "./credentials.ts";

/** What helpers print, with an exit code of 1, when they have none. */
const NOT_FOUND = /credentials not found/i;
/** The user name that says that the secret is an identity token. */
const TOKEN_USER = "<token>";

type Environment = Readonly<Record<string, string | undefined>>;

export async function askHelper(
  name: string,
  server: string,
  env: Environment,
): Promise<Credentials | undefined> {
  const { code, stdout } = await run(name, "get", server, env);
  if (code !== 0) {
    if (NOT_FOUND.test(stdout)) return undefined;
    throw failed(name, stdout.trim() || `exit code ${code}`);
  }
  const reader = JsonReader.parse(stdout, `docker-credential-${name}`, "bad-credentials");
  const username = reader.string("Username");
  const secret = reader.string("Secret");
  if (username === TOKEN_USER) return { username: "", password: "", identityToken: secret };
  return username === "" && secret === "" ? undefined : { username, password: secret };
}

export async function storeWithHelper(
  name: string,
  server: string,
  credentials: Credentials,
  env: Environment,
): Promise<void> {
  const { username, password } = credentials;
  const request = JSON.stringify({ ServerURL: server, Username: username, Secret: password });
  const { code, stdout } = await run(name, "store", request, env);
  if (code !== 0) throw failed(name, stdout.trim() || `exit code ${code}`);
}

export async function eraseWithHelper(
  name: string,
  server: string,
  env: Environment,
): Promise<void> {
  const { code, stdout } = await run(name, "erase", server, env);
  if (code !== 0 && !NOT_FOUND.test(stdout)) {
    throw failed(name, stdout.trim() || `exit code ${code}`);
  }
}

function failed(name: string, why: string, cause?: unknown): ImageError {
  return new ImageError("bad-credentials", `docker-credential-${name}: ${why}`, cause);
}

function run(
  name: string,
  verb: string,
  input: string,
  env: Environment,
): Promise<{ code: number | null; stdout: string }> {
  if (!/^[\w.-]+$/.test(name)) throw failed(name, "this is no name of a helper");
  return new Promise((resolve, reject) => {
    const child = spawn(`docker-credential-${name}`, [verb], {
      env: { ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.on("error", (error) => reject(failed(name, "it cannot be started", error)));
    child.on("close", (code) => resolve({ code, stdout }));
    // A helper may end without having read.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
