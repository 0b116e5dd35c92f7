/** Debian's docker-registry on a port of its own, open, with a password file, or with a token server of the test's. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createSign, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export const USER = "somebody";
export const PASSWORD = "p:a ss-wörd";

export type Auth = "none" | "basic" | "token";

export interface RealRegistry {
  /** "127.0.0.1:5000". */
  readonly host: string;
  /** Scopes that tokens were asked for. */
  readonly scopes: string[];
  stop(): Promise<void>;
}

export async function startRegistry(folder: string, auth: Auth): Promise<RealRegistry> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const tokens = auth === "token" ? await startTokenServer(folder) : undefined;
  const config = join(folder, "config.yml");
  const log = `log:\n  level: error\n  accesslog:\n    disabled: true\n`;
  const storage = `storage:\n  filesystem:\n    rootdirectory: ${folder}/data\n`;
  const address = `http:\n  addr: 127.0.0.1:${port}\n  secret: test\n`;
  writeFileSync(
    config,
    `version: 0.1\n${log}${storage}${address}${authSection(folder, auth, tokens)}`,
  );
  const child = spawn("docker-registry", ["serve", config], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  await waitFor(port, child);
  return {
    host: `127.0.0.1:${port}`,
    scopes: tokens?.scopes ?? [],
    stop: async () => {
      child.kill();
      tokens?.server.close();
      await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

function authSection(folder: string, auth: Auth, tokens: TokenServer | undefined): string {
  if (auth === "basic") {
    const file = join(folder, "htpasswd");
    const line = execFileSync("htpasswd", ["-Bbn", USER, PASSWORD], { encoding: "utf8" });
    writeFileSync(file, line);
    return `auth:\n  htpasswd:\n    realm: test\n    path: ${file}\n`;
  }
  if (tokens === undefined) return "";
  return `auth:
  token:
    realm: ${tokens.realm}
    service: test-registry
    issuer: test-issuer
    rootcertbundle: ${folder}/cert.pem
`;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function waitFor(port: number, child: ChildProcess): Promise<void> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  for (let i = 0; i < 200; i++) {
    if (child.exitCode !== null) throw new Error(`docker-registry ended: ${said}`);
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isThere) return;
    await delay(50);
  }
  throw new Error("docker-registry does not come up");
}

interface TokenServer {
  readonly realm: string;
  readonly scopes: string[];
  readonly server: http.Server;
}

/** distribution's "Token Authentication Specification": Basic credentials in, a JSON web token out. */
async function startTokenServer(folder: string): Promise<TokenServer> {
  const key = join(folder, "key.pem");
  const cert = join(folder, "cert.pem");
  const subject = ["-subj", "/CN=test-issuer", "-days", "2"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, ...subject],
    { stdio: "ignore" },
  );
  const x5c = readFileSync(cert, "utf8").replace(/-----[^-]+-----|\s/g, "");
  const scopes: string[] = [];
  const expected = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString("base64")}`;
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost");
    if (request.headers.authorization !== expected) {
      response.writeHead(401).end();
      return;
    }
    const asked = url.searchParams.getAll("scope");
    scopes.push(...asked);
    const access = asked.map((scope) => {
      const [type, name, actions = ""] = scope.split(":");
      return { type, name, actions: actions.split(",") };
    });
    const token = sign({ alg: "RS256", typ: "JWT", x5c: [x5c] }, access, readFileSync(key, "utf8"));
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ token, expires_in: 60 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { realm: `http://127.0.0.1:${port}/token`, scopes, server };
}

function sign(header: object, access: readonly object[], key: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: "test-issuer",
    sub: USER,
    aud: "test-registry",
    iat: now,
    nbf: now - 10,
    exp: now + 60,
    jti: randomUUID(),
    access,
  };
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(key, "base64url")}`;
}
