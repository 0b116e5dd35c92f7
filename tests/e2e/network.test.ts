/** The network outside: the same program on the host and in a sandbox, and what policy keeps from it. */
import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import { join } from "node:path";
import type { Report } from "@kernelet/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startNameServer } from "./name-server.ts";
import { needHost } from "./needs.ts";
import { kernelet, onHost, type RunOptions } from "./run.ts";
import { type Servers, startServers } from "./servers.ts";

const CLIENT = join(import.meta.dirname, "programs/network/client.py");
const PYTHON = "/usr/bin/python3";

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
});
afterAll(() => servers.close());

test("a program sees outside what it sees on the host", async (context) => {
  needHost(context, PYTHON);
  const ports = servers.ports.map(String);
  const host = await onHost([PYTHON, CLIENT, "127.0.0.1", ...ports]);
  const argv = [PYTHON, CLIENT, "host.kernelet.internal", ...ports];
  const guest = await kernelet(["do", "--allow", "localhost", "--", ...argv]);
  expect(guest).toEqual(host);
  expect(host.code).toBe(0);
});

interface Told {
  readonly lines: readonly string[];
  readonly network: Report["host"]["network"];
}

/** Runs lines of sh, and takes the report from the end of stderr. */
async function tell(options: readonly string[], lines: string): Promise<Told> {
  const args = ["do", ...options, "--report=json", "--", "sh", "-c", lines];
  const { stdout, stderr, code } = await kernelet(args);
  expect(code, stderr).toBe(0);
  const report = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as Report;
  return { lines: stdout.trim().split("\n"), network: report.host.network };
}

test("what no rule names is refused at once, and stands in the report", async (context) => {
  needHost(context, "curl", "bash");
  const { httpPort } = servers;
  const { lines, network } = await tell(
    ["--allow", `localhost:${httpPort}`, "--allow", "*.example.org"],
    `curl -sS http://host.kernelet.internal:${httpPort}/named
    exec 2>&1
    send() { bash -c "echo x > /dev/$1" 2>&1 | sed 's/.*: //' | sort -u; }
    send tcp/10.0.2.2/1
    send tcp/10.1.2.3/80
    send udp/169.254.169.254/80
    curl -sS http://example.com/; echo $?`,
  );
  expect(lines).toEqual([
    "/named",
    "Permission denied",
    "Permission denied",
    "Permission denied",
    "curl: (6) Could not resolve host: example.com",
    "6",
  ]);
  const said = network.map(({ kind, host, port, isAllowed, rule }) =>
    [kind, host, port, isAllowed, rule].join(" "),
  );
  expect(said).toEqual(
    expect.arrayContaining([
      `tcp 127.0.0.1 ${httpPort} true --allow localhost:${httpPort}`,
      "tcp 127.0.0.1 1 false closed: this-machine (127.0.0.0/8)",
      "tcp 10.1.2.3 80 false closed: private (10.0.0.0/8)",
      "udp 169.254.169.254 80 false closed: metadata (169.254.169.254/32)",
      "name example.com 0 false --net loopback",
    ]),
  );
});

test("a rule by name opens what the name was resolved to, and nothing else", async (context) => {
  needHost(context, "curl", "getent");
  const names = await startNameServer({
    "open.example.org": ["10.99.0.1"],
    "wild.example.net": ["10.99.0.2"],
    "www.example.net": ["2001:4860::1", "2001:4860::2"],
    "www.example.com": ["10.99.0.3"],
  });
  try {
    const { lines, network } = await tell(
      [
        ...["--dns", `127.0.0.1:${names.port}`],
        ...["--allow", "open.example.org:9", "--allow", "*.example.net", "--deny", "*.example.com"],
      ],
      // A datagram tells at once whether it may go.
      `exec 2>&1
      send() { bash -c "echo > /dev/udp/$1/$2" 2>&1 | sed 's/.*: //'; echo "$1 $2"; }
      send 10.99.0.1 9
      send open.example.org 9
      send 10.99.0.1 9
      send 10.99.0.1 10
      send 10.99.0.4 9
      send wild.example.net 9
      getent ahostsv6 www.example.net | grep -c STREAM
      getent hosts www.example.com; echo $?
      getent hosts no.example.net; echo $?`,
    );
    const denied = "Permission denied";
    expect(lines).toEqual([
      ...[denied, "10.99.0.1 9"],
      "open.example.org 9",
      "10.99.0.1 9",
      ...[denied, "10.99.0.1 10"],
      ...[denied, "10.99.0.4 9"],
      // Whoever answers for a wildcard chooses the names: no private addresses.
      ...[denied, "wild.example.net 9"],
      "2",
      "2",
      "2",
    ]);
    const said = (host: string, port: number) =>
      network
        .filter((record) => record.host === host && record.port === port)
        .map(({ isAllowed, rule }) => `${isAllowed} ${rule}`);
    expect(said("10.99.0.1", 9)).toEqual([
      "false closed: private (10.0.0.0/8)",
      "true --allow open.example.org:9",
    ]);
    expect(said("www.example.com", 0)).toEqual(["false --deny *.example.com"]);
    expect(said("no.example.net", 0)).toEqual(["true --allow *.example.net"]);
    expect(names.asked).toContain("no.example.net");
    expect(names.asked).not.toContain("www.example.com");
  } finally {
    names.close();
  }
});

describe("published ports", () => {
  /** Answers on TCP and UDP, but not before a line comes on stdin. */
  const SERVER = `
import select, socket, sys
print("waits", flush=True); sys.stdin.readline()
tcp = socket.create_server(("", 7000)); udp = socket.socket(type=socket.SOCK_DGRAM); udp.bind(("", 7000))
local = socket.create_server(("127.0.0.1", 7001))
print("serves", flush=True)
served = 0
while served < 3:
    for ready in select.select([tcp, udp, local], [], [])[0]:
        if ready is udp:
            data, peer = udp.recvfrom(65536); udp.sendto(data + peer[0].encode(), peer)
        else:
            sock, peer = ready.accept()
            data = sock.recv(100); sock.sendall(data + peer[0].encode()); sock.close()
        served += 1
sys.exit(3)
`;

  /** What a peer says until it closes; null if it closes at once. */
  async function talk(port: number): Promise<string | null> {
    const socket = net.connect(port, "127.0.0.1");
    let text = "";
    socket.setEncoding("utf8").on("data", (part) => {
      text += part;
    });
    socket.on("error", () => {});
    socket.write("peer ");
    await new Promise((resolve) => socket.on("close", resolve));
    return text === "" ? null : text;
  }

  test("lead to who listens inside, with the gateway as the peer", async (context) => {
    needHost(context, PYTHON);
    const seen: string[] = [];
    let heard = "";
    let early: string | null = "not tried";
    const work: Promise<void>[] = [];
    let err = "";
    const portOf = (guest: string): number =>
      Number(new RegExp(`port ${guest} is published at 127.0.0.1:(\\d+)`).exec(err)?.[1]);
    const onOutput: RunOptions["onOutput"] = (stdout, child) => {
      if (heard === "" && stdout.includes("waits")) {
        heard = "waits";
        work.push(
          talk(portOf("7000/tcp")).then((text) => {
            early = text;
            child.stdin?.write("\n");
          }),
        );
      }
      if (heard === "waits" && stdout.includes("serves")) {
        heard = "serves";
        for (const port of ["7000/tcp", "7001/tcp"]) {
          work.push(talk(portOf(port)).then((text) => void seen.push(`${text}`)));
        }
        const udp = dgram.createSocket("udp4");
        udp.send("peer ", portOf("7000/udp"), "127.0.0.1");
        work.push(
          once(udp, "message").then(([bytes]) => {
            seen.push(`${bytes}`);
            udp.close();
          }),
        );
      }
    };
    const args = ["-p", "7000", "-p", "7000/udp", "-p", "7001", "--", PYTHON, "-c", SERVER];
    const onError = (text: string): void => {
      err = text;
    };
    const { code, stderr } = await kernelet(["do", ...args], { onOutput, onError });
    await Promise.all(work);
    expect(code, stderr).toBe(3);
    expect(early).toBeNull();
    expect(seen).toEqual(["peer 10.0.2.2", "peer 10.0.2.2", "peer 10.0.2.2"]);
  });

  test("one that is in use is said in a line", async () => {
    const port = servers.httpPort;
    const { code, stderr } = await kernelet(["do", "-p", `${port}:80`, "--", "true"]);
    expect(code).toBe(125);
    expect(stderr).toBe(`kernelet: -p: 127.0.0.1:${port}: address already in use\n`);
  });
});

test("--net none has not even itself", async (context) => {
  needHost(context, "bash");
  const script = "bash -c 'echo > /dev/tcp/127.0.0.1/1' 2>&1 | sed 's/.*: //' | sort -u";
  const { stdout } = await kernelet(["do", "--net", "none", "--", "sh", "-c", script]);
  expect(stdout).toBe("Network is unreachable\n");
});
