/**
 * Credentials that `docker login` and `podman login` have left:
 *
 *   $DOCKER_CONFIG/config.json or ~/.docker/config.json       auths, credHelpers, credsStore
 *   $REGISTRY_AUTH_FILE, or containers/auth.json in $XDG_RUNTIME_DIR and the user's configuration    auths, credHelpers
 *
 * Docker's comes first. An entry of podman's may be for a part of a registry ("example.com/team"): the longest wins.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ImageError } from "../errors.ts";
import { isObject, JsonReader } from "../json.ts";
import type { CredentialSource, Credentials } from "./credentials.ts";
import { askHelper } from "./helper.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Docker's key for docker.io. */
export const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

export function dockerConfigFile(env: Environment): string {
  const folder = env.DOCKER_CONFIG || path.join(env.HOME ?? os.homedir(), ".docker");
  return path.join(folder, "config.json");
}

function podmanFiles(env: Environment): string[] {
  if (env.REGISTRY_AUTH_FILE) return [env.REGISTRY_AUTH_FILE];
  const config = env.XDG_CONFIG_HOME || path.join(env.HOME ?? os.homedir(), ".config");
  const folders = [env.XDG_RUNTIME_DIR, config].filter((folder) => folder !== undefined);
  return folders.map((folder) => path.join(folder, "containers/auth.json"));
}

export class ConfigCredentials implements CredentialSource {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  async find(host: string, repository: string): Promise<Credentials | undefined> {
    for (const file of [dockerConfigFile(this.#env), ...podmanFiles(this.#env)]) {
      const config = readConfig(file);
      if (config === undefined) continue;
      const found = await this.#findIn(config, file, host, repository);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #findIn(
    config: JsonReader,
    file: string,
    host: string,
    repository: string,
  ): Promise<Credentials | undefined> {
    const server = host === "docker.io" ? DOCKER_HUB_KEY : host;
    const helpers = config.textMap("credHelpers");
    const helper = helpers[host] ?? helpers[server] ?? config.optionalString("credsStore");
    if (helper !== undefined && helper !== "") {
      const found = await askHelper(helper, server, this.#env);
      if (found !== undefined) return found;
    }
    return findAuth(config, file, host, repository);
  }
}

export function readConfig(file: string): JsonReader | undefined {
  try {
    return JsonReader.parse(fs.readFileSync(file, "utf8"), file, "bad-credentials");
  } catch (error) {
    if (error instanceof ImageError) throw error;
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? ""))
      return undefined;
    throw new ImageError("bad-credentials", `${file} cannot be read`, error);
  }
}

/** "https://host/v1/" and "host/team" as "host" and "host/team". */
function normalKey(key: string): string {
  if (key === DOCKER_HUB_KEY) return "docker.io";
  return key.replace(/^https?:\/\//, "").replace(/\/(v1|v2)?\/?$/, "");
}

function findAuth(
  config: JsonReader,
  file: string,
  host: string,
  repository: string,
): Credentials | undefined {
  const auths = config.optionalChild("auths")?.object ?? {};
  const byKey = new Map(Object.entries(auths).map(([key, auth]) => [normalKey(key), auth]));
  let key = `${host}/${repository}`;
  for (;;) {
    const auth = byKey.get(key);
    if (isObject(auth)) {
      const found = parseAuth(new JsonReader(auth, `${file}: ${key}`, "bad-credentials"));
      if (found !== undefined) return found;
    }
    const slash = key.lastIndexOf("/");
    if (slash < 0) return undefined;
    key = key.slice(0, slash);
  }
}

function parseAuth(reader: JsonReader): Credentials | undefined {
  const identityToken = reader.optionalString("identitytoken");
  if (identityToken !== undefined && identityToken !== "") {
    return { username: "", password: "", identityToken };
  }
  const auth = reader.optionalString("auth");
  if (auth !== undefined && auth !== "") {
    const text = Buffer.from(auth, "base64").toString("utf8").replace(/\0+$/, "");
    const colon = text.indexOf(":");
    if (colon < 0) return reader.fail("auth is not user:password in base64");
    return { username: text.slice(0, colon), password: text.slice(colon + 1) };
  }
  const username = reader.optionalString("username");
  const password = reader.optionalString("password");
  if (username === undefined || password === undefined) return undefined;
  return { username, password };
}
