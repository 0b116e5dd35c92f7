import { IpAddress } from "@kernelet/kernel";
import { describe, expect, test } from "vitest";
import type { NetworkRequest } from "./network-request.ts";
import { compilePolicy, type Judgement, judgeAddress, judgeName } from "./policy.ts";
import { parseRule } from "./rule.ts";

const OWN = ["127.0.0.1", "::1", "198.51.100.7", "192.168.7.7", "2001:db8:7::7"].map(ip);

function ip(text: string): IpAddress {
  const address = IpAddress.parse(text);
  if (address === null) throw new Error(`no address: ${text}`);
  return address;
}

function policyOf(request: Partial<NetworkRequest>) {
  return compilePolicy({ mode: "loopback", allow: [], deny: [], ports: [], ...request }, OWN);
}

function judge(
  request: Partial<NetworkRequest>,
  target: string,
  port = 443,
  ...names: readonly string[]
): string {
  return told(judgeAddress(policyOf(request), { address: ip(target), port, names }));
}

function told({ isAllowed, isAsked, rule }: Judgement): string {
  return `${isAsked ? "asked" : isAllowed ? "yes" : "no"}, ${rule}`;
}

describe("rules", () => {
  test.each([
    ["example.com", { host: { kind: "name", name: "example.com" }, ports: null }],
    [
      "Example.COM.:443",
      { host: { kind: "name", name: "example.com" }, ports: { first: 443, last: 443 } },
    ],
    ["*.example.com", { host: { kind: "below", name: "example.com" }, ports: null }],
    ["bücher.example", { host: { kind: "name", name: "xn--bcher-kva.example" }, ports: null }],
    ["db", { host: { kind: "name", name: "db" }, ports: null }],
    [
      "10.0.0.0/8:1-1024",
      {
        host: { kind: "network", address: "10.0.0.0", prefix: 8 },
        ports: { first: 1, last: 1024 },
      },
    ],
    ["1.2.3.4", { host: { kind: "network", address: "1.2.3.4", prefix: 32 }, ports: null }],
    ["fd00::1", { host: { kind: "network", address: "fd00::1", prefix: 128 }, ports: null }],
    ["[fd00::]/8", { host: { kind: "network", address: "fd00::", prefix: 8 }, ports: null }],
    [
      "[::1]:80",
      { host: { kind: "network", address: "::1", prefix: 128 }, ports: { first: 80, last: 80 } },
    ],
    ["localhost:80", { host: { kind: "this-machine" }, ports: { first: 80, last: 80 } }],
    ["*:25", { host: { kind: "any" }, ports: { first: 25, last: 25 } }],
  ])("%s", (text, rule) => {
    expect(parseRule(text)).toEqual({ text, ...rule });
  });

  test.each([
    ["", "'' is neither a name, nor an address, nor a network"],
    ["a b", "'a b' is neither a name, nor an address, nor a network"],
    ["a..b", "'a..b' is neither a name, nor an address, nor a network"],
    ["http://x", "'//x' is no port"],
    ["x:", "'' is no port"],
    ["x:0", "'0' is no port"],
    ["x:9-8", "'9-8' is no port"],
    ["x:65536", "'65536' is no port"],
    ["1.2.3.400", "'1.2.3.400' is neither a name, nor an address, nor a network"],
    ["1.2.3.4/33", "'/33' is no length of a network"],
    ["fe80::1%eth0", "'fe80::1%eth0' is neither a name, nor an address, nor a network"],
    ["*.*.com", "'*.*.com' is neither a name, nor an address, nor a network"],
  ])("%s is none", (text, problem) => {
    expect(parseRule(text)).toBe(problem);
  });
});

const PUBLIC = { mode: "public" } as const;

describe("addresses", () => {
  test("the mode decides where nothing else does", () => {
    expect(judge({}, "8.8.8.8")).toBe("no, --net loopback");
    expect(judge(PUBLIC, "8.8.8.8")).toBe("yes, --net public");
    expect(judge({ mode: "host" }, "8.8.8.8")).toBe("yes, --net host");
  });

  test.each([
    ["10.1.2.3", "private (10.0.0.0/8)"],
    ["172.31.255.255", "private (172.16.0.0/12)"],
    ["192.168.0.1", "private (192.168.0.0/16)"],
    ["100.64.0.1", "private (100.64.0.0/10)"],
    ["127.0.0.1", "this-machine (127.0.0.0/8)"],
    ["0.0.0.1", "this-machine (0.0.0.0/8)"],
    ["198.51.100.7", "this-machine (198.51.100.7)"],
    ["169.254.1.1", "link-local (169.254.0.0/16)"],
    ["169.254.169.254", "metadata (169.254.169.254/32)"],
    ["168.63.129.16", "metadata (168.63.129.16/32)"],
    ["100.100.100.200", "metadata (100.100.100.200/32)"],
    ["224.0.0.251", "reserved (224.0.0.0/4)"],
    ["::1", "this-machine (::/127)"],
    ["fd00:ec2::254", "metadata (fd00:ec2::254/128)"],
    ["fd12::1", "private (fc00::/7)"],
    ["fe80::1", "link-local (fe80::/10)"],
    // Forms in which an IPv4 address hides.
    ["::ffff:169.254.169.254", "metadata (169.254.169.254/32)"],
    ["::ffff:a00:1", "private (10.0.0.0/8)"],
    ["64:ff9b::a9fe:a9fe", "metadata (169.254.169.254/32)"],
    ["2002:7f00:1::1", "this-machine (127.0.0.0/8)"],
    ["::7f00:1", "this-machine (127.0.0.0/8)"],
    ["::ffff:0:10.0.0.1", "private (10.0.0.0/8)"],
    ["2001:0:1::1", "reserved (2001::/32)"],
  ])("%s is closed to the public", (address, why) => {
    expect(judge(PUBLIC, address)).toBe(`no, closed: ${why}`);
    // Everything is named by none of these.
    const allow = ["*", "0.0.0.0/0", "::/0", "*:443"];
    expect(judge({ mode: "public", allow }, address)).toBe(`no, closed: ${why}`);
  });

  test("NAT64 of a public address is open", () => {
    expect(judge(PUBLIC, "64:ff9b::808:808")).toBe("yes, --net public");
  });

  test("the mode host opens all but metadata", () => {
    const open = ["10.0.0.1", "127.0.0.1", "169.254.1.1", "::1", "fe80::1", "198.51.100.7"];
    for (const address of open) expect(judge({ mode: "host" }, address)).toBe("yes, --net host");
    expect(judge({ mode: "host" }, "169.254.169.254")).toMatch(/^no, closed: metadata/);
  });

  test("a network opens what is closed if it is no wider", () => {
    expect(judge({ allow: ["10.0.0.0/8"] }, "10.0.0.1")).toBe("yes, --allow 10.0.0.0/8");
    expect(judge({ allow: ["10.0.0.0/7"] }, "10.0.0.1")).toMatch(/^no/);
    expect(judge({ allow: ["169.254.0.0/16"] }, "169.254.169.254")).toMatch(/^no/);
    expect(judge({ allow: ["169.254.169.254:80"] }, "169.254.169.254", 80)).toMatch(/^yes/);
    expect(judge({ allow: ["169.254.169.254:80"] }, "169.254.169.254", 81)).toMatch(/^no/);
    // This machine's own address is its own matter, whatever network it lies in.
    expect(judge({ allow: ["192.168.0.0/16"] }, "192.168.7.7")).toMatch(/^no/);
    expect(judge({ allow: ["192.168.7.7"] }, "192.168.7.7")).toMatch(/^yes/);
    expect(judge({ allow: ["127.0.0.0/8"] }, "127.0.0.1")).toMatch(/^yes/);
    // A network of carriers names nothing that they carry.
    expect(judge({ allow: ["64:ff9b::/96"] }, "64:ff9b::a00:1")).toMatch(/^no/);
    expect(judge({ allow: ["10.0.0.1"] }, "64:ff9b::a00:1")).toMatch(/^yes/);
  });

  test("localhost is this machine's loopback", () => {
    const allow = ["localhost:8080"];
    expect(judge({ allow }, "127.0.0.1", 8080)).toBe("yes, --allow localhost:8080");
    expect(judge({ allow }, "::1", 8080)).toBe("yes, --allow localhost:8080");
    expect(judge({ allow }, "127.0.0.1", 8081)).toMatch(/^no/);
    expect(judge({ allow }, "198.51.100.7", 8080)).toMatch(/^no/);
  });

  test("a name opens what it was resolved to", () => {
    const allow = ["api.example.com:443", "*.example.org"];
    expect(judge({ allow }, "8.8.8.8", 443, "api.example.com")).toMatch(/^yes/);
    expect(judge({ allow }, "8.8.8.8", 80, "api.example.com")).toBe("no, --net loopback");
    expect(judge({ allow }, "8.8.8.8", 443)).toBe("no, --net loopback");
    expect(judge({ allow }, "8.8.8.8", 443, "other", "a.b.example.org")).toMatch(/^yes/);
    expect(judge({ allow }, "8.8.8.8", 443, "example.org")).toMatch(/^no/);
    expect(judge({ allow }, "8.8.8.8", 443, "badexample.org")).toMatch(/^no/);
  });

  test("a name leads to private addresses if it is spelled out, and never further", () => {
    const allow = ["db.example.com", "*.example.org"];
    expect(judge({ allow }, "10.0.0.1", 5432, "db.example.com")).toMatch(/^yes/);
    expect(judge({ allow }, "10.0.0.1", 5432, "x.example.org")).toMatch(/^no, closed/);
    for (const address of ["127.0.0.1", "169.254.169.254", "169.254.1.1", "::1", "192.168.7.7"]) {
      expect(judge({ allow }, address, 80, "db.example.com")).toMatch(/^no, closed/);
    }
  });

  test("what denies is stronger", () => {
    const rules = { mode: "public", allow: ["8.8.8.8"], deny: ["8.8.0.0/16:53", "*.bad"] } as const;
    expect(judge(rules, "8.8.8.8", 53)).toBe("no, --deny 8.8.0.0/16:53");
    expect(judge(rules, "8.8.8.8", 443)).toBe("yes, --allow 8.8.8.8");
    expect(judge(rules, "9.9.9.9", 443, "x.bad")).toBe("no, --deny *.bad");
    expect(judge({ mode: "host", deny: ["*:25"] }, "1.2.3.4", 25)).toBe("no, --deny *:25");
    // Carried or mapped, it is the same address.
    expect(judge({ mode: "public", deny: ["8.8.8.8"] }, "64:ff9b::808:808")).toMatch(/^no/);
    expect(judge({ mode: "public", deny: ["8.8.8.8"] }, "::ffff:8.8.8.8")).toMatch(/^no/);
  });
});

test("somebody is asked where the mode would decide, and not about what is closed", () => {
  const asks = { asks: true, allow: ["8.8.8.8"], deny: ["9.9.9.9"] };
  expect(judge(asks, "8.8.8.8")).toBe("yes, --allow 8.8.8.8");
  expect(judge(asks, "9.9.9.9")).toBe("no, --deny 9.9.9.9");
  expect(judge(asks, "1.1.1.1")).toBe("asked, decide");
  expect(judge(asks, "10.0.0.1", 443, "a.example")).toBe("no, closed: private (10.0.0.0/8)");
  expect(judge(asks, "127.0.0.1")).toBe("no, closed: this-machine (127.0.0.0/8)");
  expect(judge({ ...asks, mode: "host" }, "127.0.0.1")).toBe("asked, decide");
  expect(judge({ ...asks, mode: "host" }, "169.254.169.254")).toMatch(/^no, closed: metadata/);
  expect(judge({ ...asks, mode: "none" }, "1.1.1.1")).toBe("no, --net none");
  expect(told(judgeName(policyOf(asks), "a.example"))).toBe("asked, decide");
});

test("a name is asked for only if something of it may be reached", () => {
  const ask = (request: Partial<NetworkRequest>, name: string): string => {
    return told(judgeName(policyOf(request), name));
  };
  expect(ask(PUBLIC, "example.com")).toBe("yes, --net public");
  expect(ask({}, "example.com")).toBe("no, --net loopback");
  expect(ask({ allow: ["8.8.8.8"] }, "example.com")).toBe("no, --net loopback");
  expect(ask({ allow: ["example.com:443"] }, "example.com")).toBe("yes, --allow example.com:443");
  expect(ask({ allow: ["*.example.com"] }, "leak.example.com")).toMatch(/^yes/);
  expect(ask({ allow: ["*.example.com"] }, "example.com")).toMatch(/^no/);
  expect(ask({ mode: "host", deny: ["*.bad"] }, "x.bad")).toBe("no, --deny *.bad");
  // Denied for one port, others are left.
  expect(ask({ mode: "public", deny: ["x.bad:25"] }, "x.bad")).toMatch(/^yes/);
});
