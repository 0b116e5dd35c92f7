import { describe, expect, test } from "vitest";
import { buildNetwork, parseMode, parsePort } from "./network.ts";

describe("ports", () => {
  test.each([
    ["80", ["127.0.0.1", 0, 80, "tcp"]],
    ["8080:80", ["127.0.0.1", 8080, 80, "tcp"]],
    ["0:80", ["127.0.0.1", 0, 80, "tcp"]],
    [":80", ["127.0.0.1", 0, 80, "tcp"]],
    ["8080:80/tcp", ["127.0.0.1", 8080, 80, "tcp"]],
    ["53:53/udp", ["127.0.0.1", 53, 53, "udp"]],
    ["0.0.0.0:8080:80", ["0.0.0.0", 8080, 80, "tcp"]],
    ["127.0.0.1::80", ["127.0.0.1", 0, 80, "tcp"]],
    ["[::1]:8080:80", ["::1", 8080, 80, "tcp"]],
    ["[::]::80/udp", ["::", 0, 80, "udp"]],
  ] as const)("%s", (text, [hostAddress, hostPort, guestPort, protocol]) => {
    expect(parsePort(text)).toEqual({ hostAddress, hostPort, guestPort, protocol });
  });

  test.each([
    ["", "-p: '': not [[ip:]host:]guest[/udp]"],
    ["x", "-p: 'x': not [[ip:]host:]guest[/udp]"],
    ["a:80", "-p: 'a:80': 'a' is not a port"],
    ["80:", "-p: '80:': not [[ip:]host:]guest[/udp]"],
    ["80/sctp", "-p: '80/sctp': the protocol may be tcp or udp"],
    ["70000:80", "-p: '70000:80': '70000' is not a port"],
    ["80:0", "-p: '80:0': '0' is not a port"],
    ["80:99999", "-p: '80:99999': '99999' is not a port"],
    ["localhost:80:80", "-p: 'localhost:80:80': 'localhost' is not an address of this machine"],
    ["::1:80:80", "-p: '::1:80:80': not [[ip:]host:]guest[/udp]"],
  ])("%s is none", (text, message) => {
    expect(() => parsePort(text)).toThrow(message);
  });
});

test("rules and servers are looked at before anything starts", () => {
  const options = { net: "public" } as const;
  expect(buildNetwork({ ...options, allow: ["a.example"], dns: ["192.0.2.1:53"] })).toEqual({
    mode: "public",
    allow: ["a.example"],
    deny: [],
    ports: [],
    dns: ["192.0.2.1:53"],
  });
  expect(() => buildNetwork({ ...options, allow: ["a b"] })).toThrow(/^--allow: 'a b' is/);
  expect(() => buildNetwork({ ...options, deny: ["a:0"] })).toThrow(/^--deny: '0' is no port/);
  expect(() => buildNetwork({ ...options, dns: ["ns.example"] })).toThrow(/^--dns: /);
  expect(() => buildNetwork({ net: "none", publish: ["80"] })).toThrow(/^-p: with --net none/);
  expect(() => buildNetwork({ net: "none", allow: ["x"] })).toThrow(/^--allow: with --net none/);
  expect(() => parseMode("bridge")).toThrow(
    "--net: 'bridge' is none of none, loopback, public, host",
  );
});
