/** Secrets that servers outside get and the guest never has, over this machine's own root, with its own clients. */
import { existsSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { AddressInfo, Server } from "node:net";
import type { NetworkPolicy } from "@kernelet/sandbox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InvalidArgumentError, Sandbox } from "../index.ts";
import { certify } from "./authority.ts";
import { prepareSecrets, type Secrets } from "./secrets.ts";

const VALUE = "sk-live-0123/456+789=";

test("what cannot be meant is named, and no message has a value in it", async () => {
  const problem = async (secrets: Secrets, mode?: NetworkPolicy["mode"]): Promise<string> => {
    const error = await prepareSecrets(secrets, { ...(mode !== undefined && { mode }) }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(JSON.stringify(error)).not.toContain("sk-");
    return (error as Error).message;
  };
  const hosts = ["a.example"];
  expect(await problem({ "A=B": { value: VALUE, hosts } })).toMatch(/no name of a variable/);
  expect(await problem({ A: { value: "sk-5678", hosts } })).toMatch(/8 to 4096/);
  expect(await problem({ A: { value: `${VALUE}\r\nX: y`, hosts } })).toMatch(/in one line/);
  expect(await problem({ A: { value: VALUE, hosts: [] } })).toMatch(/names no host/);
  expect(await problem({ A: { value: VALUE, hosts: ["*.example"] } })).toMatch(/spelled out/);
  expect(await problem({ A: { value: VALUE, hosts: ["10.0.0.0/8"] } })).toMatch(/is a network/);
  expect(await problem({ A: { value: VALUE, hosts } }, "none")).toMatch(/no network/);
});

test("a placeholder is as long as its value, and a certificate is made for TLS alone", async () => {
  const plain = await prepareSecrets({ A: { value: VALUE, hosts: ["http://a.example"] } });
  expect(plain?.authority).toBeNull();
  expect(plain?.env.get("A")).toMatch(/^[A-Za-z0-9]{21}$/);
  const both = await prepareSecrets({
    A: { value: VALUE, hosts: ["a.example"] },
    B: { value: VALUE, hosts: ["b.example:8443"] },
  });
  expect(both?.authority).toMatch(/^-----BEGIN CERTIFICATE-----\n/);
  expect(both?.env.get("A")).not.toBe(both?.env.get("B"));
  expect(await prepareSecrets({})).toBeNull();
});

const PYTHON = "/usr/bin/python3";
const CURL = "/usr/bin/curl";
const HOST = "host.kernelet.internal";

const POST = `
import json, os, sys, urllib.request
data = json.dumps({"key": os.environ["API_KEY"]}).encode()
request = urllib.request.Request(sys.argv[1], data, {"Authorization": "Bearer " + os.environ["API_KEY"]})
answer = json.load(urllib.request.urlopen(request))
print(answer == [request.get_header("Authorization"), data.decode()])
`;

const isHere = existsSync(PYTHON) && existsSync(CURL);
describe.skipIf(!isHere)("a sandbox with secrets", { timeout: 120_000 }, () => {
  /** What servers got: authorization and body. */
  let got: string[] = [];
  /** Answers with what it got, in pieces, as a server that echoes. */
  const echo: http.RequestListener = (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      const { authorization = "", key = "" } = request.headers;
      got.push(`${authorization}|${key}|${body}`);
      const answer = JSON.stringify([authorization || key, body]);
      // A length, so that nothing but bytes of the answer comes between two pieces.
      response.setHeader("Content-Length", answer.length);
      response.write(answer.slice(0, 15));
      setImmediate(() => response.end(answer.slice(15)));
    });
  };
  const servers: Server[] = [];
  const logged: string[] = [];
  let sb: Sandbox;
  let [named, plain, other, untrusted] = [0, 0, 0, 0];
  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.address() as AddressInfo).port;
  };
  const secure = async (): Promise<[https.Server, string]> => {
    const { authority, certificate } = await certify(["localhost"]);
    const { chain: cert, key } = certificate;
    return [https.createServer({ cert, key }, echo), authority];
  };

  beforeAll(async () => {
    const [server, authority] = await secure();
    named = await listen(server);
    plain = await listen(http.createServer(echo));
    other = await listen(http.createServer(echo));
    untrusted = await listen((await secure())[0]);
    sb = await Sandbox.create({
      rootfs: "/",
      network: { allow: ["localhost"], ca: [authority] },
      secrets: {
        API_KEY: {
          value: VALUE,
          hosts: [`localhost:${named}`, `http://localhost:${plain}`, `localhost:${untrusted}`],
        },
      },
      onLog: (_level, message) => logged.push(message),
    });
  }, 60_000);

  afterAll(async () => {
    const report = await sb.stop();
    expect(Object.values(report?.kernel.left ?? { nothing: 1 }).every((n) => n === 0)).toBe(true);
    for (const server of servers) server.close();
  });

  /** What a server got of a line with curl in it, and what came of that. */
  async function curl(line: string): Promise<{ readonly got: string[]; readonly said: string }> {
    got = [];
    const { stdout, exitCode } = await sb.exec(`curl -sS -m 60 ${line} 2>&1`);
    return { got, said: exitCode === 0 ? stdout : `${exitCode}` };
  }

  test("a named server gets the value over TLS, the guest sees the placeholder", async () => {
    const placeholder = (await sb.exec("printf %s $API_KEY")).stdout;
    expect(placeholder).toMatch(/^[A-Za-z0-9]{21}$/);
    const header = '-H "Authorization: Bearer $API_KEY"';
    expect(await curl(`--compressed ${header} https://${HOST}:${named}/`)).toEqual({
      got: [`Bearer ${VALUE}||`],
      said: JSON.stringify([`Bearer ${placeholder}`, ""]),
    });
    got = [];
    const { stdout } = await sb.exec(PYTHON, ["-c", POST, `https://${HOST}:${named}/`]);
    expect(stdout).toBe("True\n");
    expect(got).toEqual([`Bearer ${VALUE}||{"key": "${VALUE}"}`]);
  });

  test("over plain HTTP it goes where that is said, and in every way it is written", async () => {
    const basic = Buffer.from(`me:${VALUE}`).toString("base64");
    const form = '-u "me:$API_KEY" -d "a=b&key=$API_KEY"';
    expect((await curl(`${form} http://${HOST}:${plain}/`)).got).toEqual([
      `Basic ${basic}||a=b&key=${VALUE}`,
    ]);
    const chunked = `-H "Transfer-Encoding: chunked" -d "$API_KEY" http://10.0.2.2:${plain}/`;
    expect((await curl(chunked)).got).toEqual([`||${VALUE}`]);
  });

  test("nobody else gets it", async () => {
    const placeholder = (await sb.exec("printf %s $API_KEY")).stdout;
    const key = '-H "Key: $API_KEY"';
    const kept = { got: [`|${placeholder}|`], said: JSON.stringify([placeholder, ""]) };
    expect(await curl(`${key} http://${HOST}:${other}/`)).toEqual(kept);
    // Of the same server, another host.
    expect(await curl(`${key} -H "Host: evil.example" https://${HOST}:${named}/`)).toEqual(kept);
    // A handshake that names another is not looked into: its certificate is the server's own.
    const away = `-k --connect-to evil.example:443:${HOST}:${named} https://evil.example/`;
    expect(await curl(`${key} ${away}`)).toEqual(kept);
    // A server that is not who it should be; curl's 35 and 56 are broken connections.
    const { said, got: none } = await curl(`${key} https://${HOST}:${untrusted}/`);
    expect([none, ["35", "56"].includes(said)]).toEqual([[], true]);
  });

  test("the report names the secret, and nothing that anybody sees has its value", async () => {
    const calls = sb.trace("all");
    await curl(`-H "Key: $API_KEY" https://${HOST}:${named}/`);
    await curl(`"http://${HOST}:${plain}/?$API_KEY"`);
    const seen = await sb.exec("env; cat /proc/*/environ /proc/*/cmdline; cat /etc/kernelet/*");
    await calls.end();
    const traced: unknown[] = [];
    for await (const call of calls) traced.push(call);
    const placeholder = (await sb.exec("printf %s $API_KEY")).stdout;
    expect(JSON.stringify(traced).includes(`GET /?${placeholder}`)).toBe(true);
    const report = await sb.report();
    const of = (port: number) => report.host.network.find((record) => record.port === port);
    expect(of(named)?.secrets).toEqual(["API_KEY"]);
    expect(of(other)?.secrets).toEqual([]);
    expect(of(untrusted)?.failure).toMatch(/^TLS outside: /);
    expect(of(untrusted)?.secrets).toEqual([]);
    const texts = [seen.stdout, ...[traced, report, logged].map((one) => JSON.stringify(one))];
    expect(texts.map((text) => text.includes(VALUE))).toEqual([false, false, false, false]);
  });
});
