/** The network in the SDK, over this machine's own root. */
import { existsSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InvalidArgumentError, PortUnavailableError, Sandbox } from "./index.ts";
import { networkRequest } from "./network.ts";

test("options become a request, or an error that names what is wrong", () => {
  expect(
    networkRequest({ allow: ["a.example:443"], ports: [80, { guest: 53, protocol: "udp" }] }),
  ).toEqual({
    mode: "loopback",
    allow: ["a.example:443"],
    deny: [],
    ports: [
      { hostAddress: "127.0.0.1", hostPort: 0, guestPort: 80, protocol: "tcp" },
      { hostAddress: "127.0.0.1", hostPort: 0, guestPort: 53, protocol: "udp" },
    ],
    mayPublish: true,
  });
  const problem = (options: Parameters<typeof networkRequest>[0]): string => {
    try {
      networkRequest(options);
    } catch (error) {
      if (error instanceof InvalidArgumentError) return error.message;
    }
    return "none";
  };
  expect(problem({ deny: ["a:0"] })).toBe("network.deny: '0' is no port");
  expect(problem({ dns: ["ns.example"] })).toBe("network.dns: 'ns.example' is no address");
  expect(problem({ ports: [0] })).toBe("guest port: 0 is no port");
  expect(problem({ mode: "none", ports: [1] })).toBe("network: with mode none there is no network");
});

const PYTHON = "/usr/bin/python3";

describe.skipIf(!existsSync(PYTHON))("a sandbox with a network", { timeout: 120_000 }, () => {
  let sb: Sandbox;
  const web = http.createServer((_, response) => void response.end("outside\n"));
  const portOf = (): number => (web.address() as AddressInfo).port;

  beforeAll(async () => {
    await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
    sb = await Sandbox.create({ rootfs: "/", network: { allow: [`localhost:${portOf()}`] } });
  }, 60_000);

  afterAll(async () => {
    const report = await sb.stop();
    expect(Object.values(report?.kernel.left ?? { nothing: 1 }).every((n) => n === 0)).toBe(true);
    web.close();
  });

  test("reaches what is allowed, and is reached", async () => {
    const server = sb.spawn(PYTHON, ["-u", "-c", SERVER, `${portOf()}`]);
    for await (const event of server) {
      if (event.type === "stdout") break;
    }
    const response = await sb.ports.fetch(8000, "/path?q", { method: "POST", body: "sent" });
    expect(await response.text()).toBe("/path?q sent outside\n");
    expect(await sb.ports.list()).toHaveLength(1);
    const again = await sb.ports.expose(8000, { address: "0.0.0.0" });
    expect(again).toMatchObject({ host: "127.0.0.1", guestPort: 8000, protocol: "tcp" });
    expect(again.url).toBe(`http://127.0.0.1:${again.port}`);
    expect(await sb.ports.list()).toHaveLength(2);
    await server.kill("SIGKILL");
    await expect(fetch(again.url)).rejects.toThrow();
  });

  test("a port that is in use is an error with its facts", async () => {
    const error = await sb.ports.expose(80, { port: portOf() }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(PortUnavailableError);
    expect(error).toMatchObject({
      code: "PORT_UNAVAILABLE",
      message: `127.0.0.1:${portOf()}: address already in use`,
      context: { address: "127.0.0.1", port: portOf(), errno: "EADDRINUSE" },
    });
  });
});

/** Answers with what it got, and with what the server outside says. */
const SERVER = `
import http.server, sys, urllib.request
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        outside = urllib.request.urlopen(f"http://host.kernelet.internal:{sys.argv[1]}/").read().decode()
        self.send_response(200); self.end_headers()
        self.wfile.write(f"{self.path} {body} {outside}".encode())
    def log_message(self, *_): pass
server = http.server.HTTPServer(("", 8000), Handler)
print("ready")
server.serve_forever()
`;
