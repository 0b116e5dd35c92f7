/** Servers in containers, asked by clients of the host's. */

import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { execute } from "../execute.ts";
import { find } from "../peers.ts";
import { BadRun, type Sample } from "../sample.ts";
import type { ContainerBenchmark } from "./benchmark.ts";
import { type Image, SERVERS_IMAGE } from "./images.ts";
import type { Runtime } from "./runtime.ts";

/** Until a server answers. */
const START_MS = 60_000;
const LOOK_AGAIN_MS = 50;
const ANSWER_MS = 5000;
const CONNECTIONS = 16;
const WARM_UP_SECONDS = 1;
const SECONDS = 2;
const PIPELINE = 16;

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** The first bytes of an answer. */
function ask(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.write(request));
    socket.once("data", (bytes) => {
      resolve(bytes.toString("latin1"));
      socket.destroy();
    });
    // A published port takes connections before anybody listens inside.
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("closed")));
  });
}

async function untilAnswered(port: number, request: string, answer: string): Promise<void> {
  for (const end = Date.now() + START_MS; ; await sleep(LOOK_AGAIN_MS)) {
    const said = await ask(port, request).catch(() => "");
    if (said.startsWith(answer)) return;
    if (Date.now() > end) throw new BadRun(`does not serve: answered ${JSON.stringify(said)}`);
  }
}

interface Server {
  /** PORT stands for the port. */
  readonly command: string;
  readonly request: string;
  readonly answer: string;
}

/** Starts it, asks it for each figure, and ends it. */
async function measureServer(
  runtime: Runtime,
  image: Image | undefined,
  server: Server,
  figures: Readonly<Record<string, (port: number) => Promise<number>>>,
): Promise<Sample> {
  if (image === undefined) throw new BadRun("no image");
  const port = await freePort();
  const command = server.command.replaceAll("PORT", String(port));
  const container = await runtime.start(image, ["sh", "-c", command], port);
  try {
    await untilAnswered(port, server.request, server.answer);
    const ns: Record<string, number> = {};
    for (const [name, measure] of Object.entries(figures)) ns[name] = await measure(port);
    return { ns, checksum: "" };
  } finally {
    await container.remove();
  }
}

const NGINX: Server = {
  command:
    "sed s/ADDRESS/PORT/ /etc/nginx.template > /tmp/nginx.conf; exec nginx -c /tmp/nginx.conf",
  request: "GET /1k HTTP/1.0\r\n\r\n",
  answer: "HTTP/1.1 200 OK",
};

const REDIS: Server = {
  command: "exec redis-server --bind 0.0.0.0 --protected-mode no --save '' --port PORT",
  request: "PING\r\n",
  answer: "+PONG",
};

/** @returns nanoseconds of a request. */
async function wrk(port: number, path: string, seconds: number): Promise<number> {
  const argv = ["wrk", "-t1", `-c${CONNECTIONS}`, `-d${seconds}s`];
  const { stdout } = await execute([...argv, `http://127.0.0.1:${port}/${path}`]);
  const perSecond = Number(/^Requests\/sec: +([\d.]+)$/m.exec(stdout)?.[1]);
  const failed = /^ *(Non-2xx|Socket errors).*$/m.exec(stdout)?.[0].trim();
  if (failed !== undefined || !(perSecond > 0)) throw new BadRun(`wrk: ${failed ?? stdout}`);
  return 1e9 / perSecond;
}

const file =
  (path: string) =>
  async (port: number): Promise<number> => {
    await wrk(port, path, WARM_UP_SECONDS);
    return await wrk(port, path, SECONDS);
  };

/** @returns nanoseconds of an operation. */
async function redisBenchmark(
  port: number,
  test: string,
  pipeline: number,
  requests: number,
): Promise<number> {
  const { stdout } = await execute([
    ...[
      "redis-benchmark",
      "-p",
      String(port),
      "-c",
      String(CONNECTIONS),
      "-d",
      "64",
      "-r",
      "10000",
    ],
    ...["-t", test, "-P", String(pipeline), "-n", String(requests), "--csv"],
  ]);
  const perSecond = Number(/^"(?:GET|SET)","([\d.]+)"/m.exec(stdout)?.[1]);
  if (!(perSecond > 0)) throw new BadRun(`redis-benchmark printed ${JSON.stringify(stdout)}`);
  return 1e9 / perSecond;
}

/** It counts requests, not seconds: a first run says how many make SECONDS. */
const operation =
  (test: string, pipeline: number) =>
  async (port: number): Promise<number> => {
    let ns = await redisBenchmark(port, test, pipeline, 1000 * pipeline);
    for (const seconds of [WARM_UP_SECONDS, SECONDS]) {
      ns = await redisBenchmark(port, test, pipeline, Math.ceil((seconds * 1e9) / ns));
    }
    return ns;
  };

function needClient(name: string): void {
  if (find(name) === undefined) throw new BadRun(`needs ${name}, which is not here`);
}

export const SERVERS: readonly ContainerBenchmark[] = [
  {
    name: "nginx",
    what: `a file of 1 KB and one of 100 KB; wrk, ${CONNECTIONS} connections that are kept, one worker`,
    images: [SERVERS_IMAGE],
    seconds: 200,
    isRate: true,
    measure: (runtime, [image]) => {
      needClient("wrk");
      return measureServer(runtime, image, NGINX, { "1k": file("1k"), "100k": file("100k") });
    },
  },
  {
    name: "redis",
    what: `values of 64 bytes; redis-benchmark, ${CONNECTIONS} connections; pipelined: ${PIPELINE} at a time`,
    images: [SERVERS_IMAGE],
    seconds: 200,
    isRate: true,
    measure: (runtime, [image]) => {
      needClient("redis-benchmark");
      return measureServer(runtime, image, REDIS, {
        get: operation("get", 1),
        set: operation("set", 1),
        "get-pipelined": operation("get", PIPELINE),
        "set-pipelined": operation("set", PIPELINE),
      });
    },
  },
];
