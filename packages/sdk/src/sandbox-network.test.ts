/** What a sandbox reaches changes while it runs, and is decided by a callback. Over this machine's own root. */
import { existsSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import type { NetworkAttempt } from "@kernelet/sandbox";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { NetworkDownError, Sandbox } from "./index.ts";
import type { NetworkVerdict } from "./network.ts";
import { judgeAttempt } from "./sandbox-network.ts";

const ATTEMPT: NetworkAttempt = {
  ...{ protocol: "tcp", host: null, names: [], address: "192.0.2.1", port: 1 },
};

test("a callback's word is taken, and what it cannot mean denies", async () => {
  const failures: unknown[] = [];
  const judge = (decide: (attempt: NetworkAttempt) => unknown) =>
    judgeAttempt(decide as never, ATTEMPT, (error) => failures.push(error));
  expect(await judge(() => "allow")).toEqual({ isAllowed: true, reason: "" });
  expect(await judge(async () => ({ verdict: "deny", reason: "no" }))).toEqual({
    ...{ isAllowed: false, reason: "no" },
  });
  expect(failures).toEqual([]);
  const failed = { isAllowed: false, reason: "it failed" };
  expect(await judge(() => undefined)).toEqual(failed);
  expect(await judge(() => true)).toEqual(failed);
  expect(await judge(() => Promise.reject(new Error("broken")))).toEqual(failed);
  expect(failures).toHaveLength(3);
});

const PYTHON = "/usr/bin/python3";

/** Connects as it is told and says what came of it, line by line; connections stay open. */
const CLIENT = `
import errno, socket, sys
kept = []
for line in sys.stdin:
    what, host, port = line.split()
    try:
        if what == "name":
            socket.getaddrinfo(host, None)
        elif what == "udp":
            s = socket.socket(type=socket.SOCK_DGRAM); s.settimeout(60)
            s.connect((host, int(port))); s.send(b"ping"); print(s.recv(9)); continue
        elif what == "tcp":
            s = socket.create_connection((host, int(port))); s.settimeout(60); kept.append(s)
            print(s.recv(9)); continue
        elif what == "last":
            print(kept[-1].recv(9)); continue
        print("ok")
    except socket.gaierror as e: print("no such name")
    except OSError as e: print(errno.errorcode[e.errno])
    finally: sys.stdout.flush()
`;

describe.skipIf(!existsSync(PYTHON))("a sandbox's network", { timeout: 120_000 }, () => {
  const HOST = "host.kernelet.internal";
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.write("hello");
  });
  const seen: NetworkAttempt[] = [];
  let verdict: NetworkVerdict | Promise<NetworkVerdict> = "deny";
  let port = 0;
  let sb: Sandbox;
  let say: (line: string) => Promise<string>;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
    sb = await Sandbox.create({
      rootfs: "/",
      network: {
        mode: "host",
        decide: (attempt) => {
          seen.push(attempt);
          return verdict;
        },
      },
    });
    const client = sb.spawn(PYTHON, ["-u", "-c", CLIENT]);
    const reader = client.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    say = async (line) => {
      await client.write(`${line}\n`);
      while (!text.includes("\n")) text += (await reader.read()).value ?? "the end\n";
      const [said = "", ...rest] = text.split("\n");
      text = rest.join("\n");
      return said;
    };
  }, 60_000);

  beforeEach(() => {
    seen.length = 0;
  });

  afterAll(async () => {
    const report = await sb.stop();
    expect(Object.values(report?.kernel.left ?? { nothing: 1 }).every((n) => n === 0)).toBe(true);
    server.close();
  });

  test("a callback decides about what no rule names, and the report tells", async () => {
    expect(await say(`tcp ${HOST} ${port}`)).toBe("EACCES");
    expect(await say("name denied.example 0")).toBe("no such name");
    expect(await say("udp 10.0.2.2 9")).toBe("EACCES");
    verdict = Promise.resolve({ verdict: "allow", reason: "a friend" });
    expect(await say(`tcp ${HOST} ${port}`)).toBe("b'hello'");
    const tcp = { protocol: "tcp", host: null, names: [], address: "127.0.0.1", port };
    const dns = { protocol: "dns", host: "denied.example", names: ["denied.example"] };
    expect(seen.filter(({ protocol }) => protocol !== "dns")).toEqual([
      tcp,
      { ...tcp, protocol: "udp", port: 9 },
      tcp,
    ]);
    expect(seen).toContainEqual({ ...dns, address: null, port: 0 });
    const { host } = await sb.report();
    const rules = host.network.map(({ kind, isAllowed, rule }) => `${kind} ${isAllowed} ${rule}`);
    expect(rules).toEqual(
      expect.arrayContaining([
        "tcp false decide",
        "name false decide",
        "udp false decide",
        "tcp true decide: a friend",
      ]),
    );
  });

  test("what takes too long or fails is refused", async () => {
    await sb.network.update({ decide: () => new Promise(() => {}), decideTimeoutMs: 1 });
    expect(await say(`tcp ${HOST} ${port}`)).toBe("EACCES");
    const broken = (): never => {
      throw new Error("broken");
    };
    await sb.network.update({ decide: broken });
    expect(await say(`tcp ${HOST} ${port}`)).toBe("EACCES");
    const rules = (await sb.report()).host.network.map(({ rule }) => rule);
    expect(rules).toContain("decide: no answer within 1 ms");
    expect(rules).toContain("decide: it failed");
  });

  test("rules change while it runs; what they shut is cut", async () => {
    await sb.network.update({ mode: "loopback", allow: [`localhost:${port}`], decide: null });
    expect(await sb.network.policy()).toEqual({
      ...{ mode: "loopback", allow: [`localhost:${port}`], deny: [], asks: false },
    });
    expect(await say(`tcp ${HOST} ${port}`)).toBe("b'hello'");
    const cut = say("last x 0");
    await sb.network.update({ deny: ["localhost"] });
    expect(await cut).toBe("ECONNABORTED");
    expect(await say(`tcp ${HOST} ${port}`)).toBe("EACCES");
    expect(seen).toEqual([]);
    await expect(sb.network.update({ allow: ["a:0"] })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      context: { argument: "network.allow" },
    });
  });

  test("without a network there is none to change", async () => {
    await using closed = await Sandbox.create({ rootfs: "/", network: { mode: "none" } });
    await expect(closed.network.update({ mode: "public" })).rejects.toBeInstanceOf(
      NetworkDownError,
    );
  });
});
