import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ConfigCredentials } from "./docker-config.ts";
import { eraseCredentials, storeCredentials } from "./login.ts";

// Files are brought to the disk: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

let home = "";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "credentials-"));
  mkdirSync(join(home, ".docker"));
  mkdirSync(join(home, ".config/containers"), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

function docker(config: object): void {
  writeFileSync(join(home, ".docker/config.json"), JSON.stringify(config));
}

const auth = (text: string): { auth: string } => ({ auth: Buffer.from(text).toString("base64") });
const env = (): Record<string, string> => ({ HOME: home, PATH: `${home}:/usr/bin:/bin` });
const find = (host: string, repository = "a/b"): Promise<unknown> =>
  new ConfigCredentials(env()).find(host, repository);

test("auths: a password may have colons; keys may be addresses", async () => {
  docker({
    auths: {
      "example.com": auth("me:a:b"),
      "https://old.example.com/v1/": auth("old:x"),
      "https://index.docker.io/v1/": auth("hub:y"),
      "token.example.com": { identitytoken: "t" },
      "empty.example.com": {},
    },
  });
  expect(await find("example.com")).toEqual({ username: "me", password: "a:b" });
  expect(await find("old.example.com")).toEqual({ username: "old", password: "x" });
  expect(await find("docker.io")).toEqual({ username: "hub", password: "y" });
  expect(await find("token.example.com")).toMatchObject({ identityToken: "t" });
  expect(await find("empty.example.com")).toBeUndefined();
  expect(await find("nobody.example.com")).toBeUndefined();
});

test("podman's: the longest part of a name that there are some for", async () => {
  const auths = { "example.com": auth("all:1"), "example.com/team": auth("team:2") };
  writeFileSync(join(home, ".config/containers/auth.json"), JSON.stringify({ auths }));
  expect(await find("example.com", "team/app")).toMatchObject({ username: "team" });
  expect(await find("example.com", "teams/app")).toMatchObject({ username: "all" });
});

function helper(name: string, script: string): void {
  writeFileSync(join(home, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`);
  chmodSync(join(home, `docker-credential-${name}`), 0o755);
}

test("helpers: an answer, a token, none, and one that fails", async () => {
  docker({
    credsStore: "all",
    credHelpers: {
      "token.example.com": "token",
      "bad.example.com": "bad",
      "gone.example.com": "gone",
    },
  });
  helper(
    "all",
    `read host; [ "$host" = example.com ] && echo '{"Username":"u","Secret":"s"}' || { echo 'credentials not found in native keychain'; exit 1; }`,
  );
  helper("token", `echo '{"Username":"<token>","Secret":"t"}'`);
  helper("bad", "echo the keyring is locked; exit 1");
  expect(await find("example.com")).toEqual({ username: "u", password: "s" });
  expect(await find("none.example.com")).toBeUndefined();
  expect(await find("token.example.com")).toMatchObject({ identityToken: "t" });
  await expect(find("bad.example.com")).rejects.toThrow(
    "docker-credential-bad: the keyring is locked",
  );
  await expect(find("gone.example.com")).rejects.toThrow(
    "docker-credential-gone: it cannot be started",
  );
});

test("a damaged file is an error that names it", async () => {
  writeFileSync(join(home, ".docker/config.json"), "{");
  await expect(find("example.com")).rejects.toThrow(/config\.json is no JSON$/);
});

test("login keeps the rest of the file, logout takes its own entry", async () => {
  docker({ auths: { "other.example.com": auth("o:1") }, detachKeys: "ctrl-a" });
  await storeCredentials("docker.io", { username: "me", password: "p:w" }, env());
  expect(await find("docker.io")).toEqual({ username: "me", password: "p:w" });
  expect(await find("other.example.com")).toMatchObject({ username: "o" });
  expect(await eraseCredentials("docker.io", env())).toBe(true);
  expect(await eraseCredentials("docker.io", env())).toBe(false);
  expect(await find("docker.io")).toBeUndefined();
});
