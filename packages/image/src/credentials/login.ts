/** `login` and `logout`: tries credentials, and keeps them where Docker does. */

import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { ImageError } from "../errors.ts";
import { isObject, type JsonObject } from "../json.ts";
import { Authorizer } from "../registry/auth.ts";
import { type RegistryOptions, RegistrySession } from "../registry/session.ts";
import type { Credentials } from "./credentials.ts";
import { DOCKER_HUB_KEY, dockerConfigFile, readConfig } from "./docker-config.ts";
import { eraseWithHelper, storeWithHelper } from "./helper.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Asks the registry whether it takes them. */
export async function checkCredentials(
  host: string,
  credentials: Credentials,
  options: RegistryOptions,
): Promise<void> {
  const session = new RegistrySession(options);
  try {
    const endpoint = session.registries.registry(host);
    const authorizer = new Authorizer(session.http, endpoint, credentials);
    const protocols = endpoint.protocol === undefined ? ["https:", "http:"] : [endpoint.protocol];
    for (const protocol of protocols) {
      const isLast = protocol === protocols.at(-1);
      try {
        await tryOnce(
          session,
          authorizer,
          new URL(`${protocol}//${endpoint.host}/v2/`),
          endpoint.tls,
        );
        return;
      } catch (error) {
        const isNoTls = error instanceof ImageError && error.code === "unreachable";
        if (isLast || !isNoTls) throw error;
      }
    }
  } finally {
    session.close();
  }
}

async function tryOnce(
  session: RegistrySession,
  authorizer: Authorizer,
  url: URL,
  tls: { readonly isUnverified: boolean; readonly ca?: string | undefined },
): Promise<void> {
  const first = await session.http.send({ method: "GET", url, tls });
  first.body.resume();
  if (first.status === 200) return;
  if (first.status === 401 && (await authorizer.answer(first, [], undefined))) {
    const authorization = authorizer.header([]) ?? "";
    const second = await session.http.send({ method: "GET", url, tls, headers: { authorization } });
    second.body.resume();
    if (second.status === 200) return;
    if (second.status === 401 || second.status === 403) {
      throw new ImageError("unauthorized", `${url.host}: user name or password is wrong`);
    }
  }
  throw new ImageError("registry", `${url.host} answers with ${first.status}: is it a registry?`);
}

function keyFor(host: string): string {
  return host === "docker.io" ? DOCKER_HUB_KEY : host;
}

/** @returns where they are now, for people. */
export async function storeCredentials(
  host: string,
  credentials: Credentials,
  env: Environment,
): Promise<string> {
  const file = dockerConfigFile(env);
  const config = readConfig(file);
  const helper = helperFor(config, host);
  if (helper !== undefined) {
    await storeWithHelper(helper, keyFor(host), credentials, env);
    return `docker-credential-${helper}`;
  }
  const { username, password } = credentials;
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const before = config?.object ?? {};
  writeConfig(file, { ...before, auths: { ...authsOf(before), [keyFor(host)]: { auth } } });
  return file;
}

/** @returns whether there was something to forget. */
export async function eraseCredentials(host: string, env: Environment): Promise<boolean> {
  const file = dockerConfigFile(env);
  const config = readConfig(file);
  const helper = helperFor(config, host);
  if (helper !== undefined) {
    await eraseWithHelper(helper, keyFor(host), env);
    return true;
  }
  const before = config?.object ?? {};
  const { [keyFor(host)]: gone, ...auths } = authsOf(before);
  if (gone !== undefined) writeConfig(file, { ...before, auths });
  return gone !== undefined;
}

type Config = ReturnType<typeof readConfig>;

function helperFor(config: Config, host: string): string | undefined {
  const helpers = config?.textMap("credHelpers") ?? {};
  const helper = helpers[keyFor(host)] ?? helpers[host] ?? config?.optionalString("credsStore");
  return helper === "" ? undefined : helper;
}

function authsOf(config: JsonObject): JsonObject {
  return isObject(config.auths) ? config.auths : {};
}

/** For its owner's eyes; the old one or the new one, never half. */
function writeConfig(file: string, value: object): void {
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    fs.writeFileSync(temporary, `${JSON.stringify(value, null, "\t")}\n`, { mode: 0o600 });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new ImageError("bad-credentials", `${file} cannot be written`, error);
  }
}
