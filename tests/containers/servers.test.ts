/** Servers in containers of images, as their users meet them: through a published port, with clients of the host's. */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hostImage } from "./host-image.ts";
import { expectNothingLeft, isRefused, startService, untilServed } from "./service.ts";
import { useStore } from "./store.ts";

const PROGRAMS = ["nginx", "redis-server", "redis-cli"];
const FOLDERS = "mkdir -p var/log/nginx var/lib/nginx data";
const store = useStore(hostImage({ name: "servers", programs: PROGRAMS, more: FOLDERS }));

const NGINX = `
worker_processes 2; user nobody nogroup; daemon off; pid /run/nginx.pid; error_log /dev/stderr;
events {}
http {
  sendfile on; tcp_nopush on; access_log /dev/stdout;
  server { listen 80; root /www; }
}
`;

interface Answer {
  readonly status: number | undefined;
  readonly body: Buffer;
  /** Of the connection: where it came from. */
  readonly from: number | undefined;
}

function get(port: number, path: string, agent: http.Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.get({ port, path, agent, host: "127.0.0.1" }, (response) => {
      const from = response.socket.localPort;
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode, body: Buffer.concat(chunks), from }),
      );
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}

test("nginx: workers, sendfile, kept connections, a new configuration, and a clean end", async (context) => {
  store.need(context);
  const www = join(store.folder, "www");
  const conf = join(store.folder, "conf");
  for (const path of [www, conf]) mkdirSync(path);
  const files = { small: randomBytes(1024), large: randomBytes(1_500_000) };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(www, name), bytes);
  writeFileSync(join(conf, "nginx.conf"), NGINX);

  const volumes = ["-v", `${www}:/www:ro`, "-v", `${conf}:/conf:ro`];
  const command = ["nginx", "-c", "/conf/nginx.conf"];
  const spec = { name: "web", port: 80, options: volumes, image: "servers", command };
  const probe = (at: number): Promise<Answer> => get(at, "/", new http.Agent());
  const port = await startService(store, { ...spec, probe });
  const followed = store.run(["logs", "-f", "web"]);

  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const paths = Array.from({ length: 160 }, (_, i) => (i % 8 === 3 ? "/nosuch" : "/small"));
  const answers = await Promise.all(paths.map((path) => get(port, path, agent)));
  for (const [i, { status, body }] of answers.entries()) {
    if (paths[i] === "/nosuch") expect(status).toBe(404);
    else expect(body.equals(files.small)).toBe(true);
  }
  expect(new Set(answers.map(({ from }) => from)).size).toBe(8);
  expect((await get(port, "/large", agent)).body.equals(files.large)).toBe(true);

  const { stdout: top } = await store.run(["top", "web"]);
  expect(top.match(/nginx: (master|worker) process/g)?.sort()).toEqual(
    ["master", "worker", "worker"].map((one) => `nginx: ${one} process`),
  );
  const { stdout: stats } = await store.run(["stats", "--no-stream", "web"]);
  expect(stats).toMatch(/web +[\d.]+% .* 3$/m);

  writeFileSync(join(conf, "nginx.conf"), NGINX.replace("root /www", "root /www; return 418"));
  const reload = await store.run(["exec", "web", ...command, "-s", "reload"]);
  expect(reload.code).toBe(0);
  await expect
    .poll(async () => (await get(port, "/", new http.Agent())).status, { timeout: 60_000 })
    .toBe(418);
  agent.destroy();

  expect(await store.run(["stop", "web"])).toEqual({ stdout: "web\n", stderr: "", code: 0 });
  const { stdout: lines, stderr: errors, code } = await followed;
  expect(code).toBe(0);
  expect(lines.match(/"GET \/small HTTP\/1.1" 200 1024/g)?.length).toBe(140);
  expect(lines).toContain('"GET /large HTTP/1.1" 200 1500000');
  expect(errors.match(/open\(\) "\/www\/nosuch" failed/g)?.length).toBe(20);
  expect((await store.run(["wait", "web"])).stdout).toBe("0\n");
  expect(await isRefused(port)).toBe(true);
  expect((await store.run(["rm", "web"])).code).toBe(0);
  await expectNothingLeft(store);
});

/** What a server of redis answers to lines, once all of `expected` has come. */
function ask(port: number, lines: readonly string[], expected: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n`));
    let text = "";
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1");
      if (!expected.test(text)) return;
      socket.destroy();
      resolve(text);
    });
    socket.on("error", reject);
    socket.on("end", () => reject(new Error(`the end after ${text}`)));
  });
}

test("redis: what it saves when it is stopped is there when it is started again", async (context) => {
  store.need(context);
  const probe = (at: number): Promise<string> => ask(at, ["PING"], /PONG/);
  const command = "redis-server --bind 0.0.0.0 --protected-mode no --dir /data --save 900 1";
  const spec = { name: "cache", port: 6379, image: "servers", command: command.split(" "), probe };
  const port = await startService(store, spec);
  const keys = Array.from({ length: 500 }, (_, i) => `key:${i}`);
  const sets = keys.map((key) => `SET ${key} ${key.repeat(20)}`);
  expect(await ask(port, [...sets, "PING"], /PONG\r\n$/)).toBe(`${"+OK\r\n".repeat(500)}+PONG\r\n`);
  const inside = await store.run(["exec", "cache", "redis-cli", "dbsize"]);
  expect(inside).toEqual({ stdout: "500\n", stderr: "", code: 0 });

  expect((await store.run(["stop", "cache"])).code).toBe(0);
  expect((await store.run(["logs", "-n", "3", "cache"])).stdout).toContain("DB saved on disk");
  expect((await store.run(["wait", "cache"])).stdout).toBe("0\n");
  expect((await store.run(["start", "cache"])).code).toBe(0);
  const again = await untilServed(store, spec);
  const value = "key:77".repeat(20);
  expect(await ask(again, ["GET key:77"], /\r\n.*\r\n$/)).toBe(`$${value.length}\r\n${value}\r\n`);

  expect((await store.run(["rm", "-f", "cache"])).code).toBe(0);
  expect(await isRefused(again)).toBe(true);
  await expectNothingLeft(store);
});
