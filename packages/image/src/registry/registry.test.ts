import { expect, test } from "vitest";
import { parseChallenges } from "./challenge.ts";
import { isLocal, RegistriesConfig } from "./config.ts";
import { parseRetryAfter } from "./retry.ts";

test.each([
  {
    header:
      'Bearer realm="https://auth.example.com/token",service="r",scope="repository:a/b:pull,push"',
    want: [
      {
        scheme: "bearer",
        parameters: {
          realm: "https://auth.example.com/token",
          service: "r",
          scope: "repository:a/b:pull,push",
        },
      },
    ],
  },
  {
    header: 'Basic realm="a \\"quoted\\" one", Bearer realm=x , error="invalid_token"',
    want: [
      { scheme: "basic", parameters: { realm: 'a "quoted" one' } },
      { scheme: "bearer", parameters: { realm: "x", error: "invalid_token" } },
    ],
  },
  { header: "Negotiate", want: [{ scheme: "negotiate", parameters: {} }] },
  { header: "", want: [] },
  { header: ',,="x"', want: [] },
])("WWW-Authenticate: $header", ({ header, want }) => {
  expect(parseChallenges(header)).toEqual(want);
});

test.each([
  ["localhost", true],
  ["localhost:5000", true],
  ["127.0.0.1:80", true],
  ["127.3.2.1", true],
  ["[::1]:5000", true],
  ["127.0.0.1.example.com", false],
  ["localhost.example.com", false],
  ["example.com", false],
])("%s is local: %s", (host, want) => {
  expect(isLocal(host)).toBe(want);
});

test("Retry-After: seconds, a date, nonsense", () => {
  expect(parseRetryAfter("3")).toBe(3000);
  const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
  expect(parseRetryAfter(inTenSeconds)).toBeGreaterThan(7000);
  expect(parseRetryAfter(new Date(0).toUTCString())).toBe(0);
  expect(parseRetryAfter("soon")).toBeUndefined();
  expect(parseRetryAfter(undefined)).toBeUndefined();
});

function parse(registries: object): RegistriesConfig {
  return RegistriesConfig.parse(JSON.stringify({ registries }), "registries.json");
}

test("registries: HTTPS, unless it is this machine or said to be insecure; mirrors first", () => {
  const config = parse({
    "example.com": { mirrors: ["https://mirror.example.com/proxy/"], ca: "/ca.pem" },
    "plain.example.com": { insecure: true },
  });
  expect(config.registry("other.example.com")).toMatchObject({
    protocol: "https:",
    isInsecure: false,
  });
  expect(config.registry("plain.example.com")).toMatchObject({
    protocol: undefined,
    isInsecure: true,
  });
  expect(config.registry("localhost:5000")).toMatchObject({
    protocol: undefined,
    isInsecure: true,
  });
  expect(config.forPulling("example.com")).toMatchObject([
    { protocol: "https:", host: "mirror.example.com", prefix: "proxy/" },
    { protocol: "https:", host: "example.com", prefix: "", tls: { ca: "/ca.pem" } },
  ]);
});

test.each([
  {
    registries: { a: { mirrors: ["http://mirror.example.com"] } },
    why: /is without TLS; "insecure": true/,
  },
  { registries: { a: { mirrors: ["mirror"] } }, why: /'mirror' is no address/ },
  { registries: { a: { mirrors: "x" } }, why: /mirrors is no list/ },
  { registries: { a: { mirrors: ["ftp://x"] } }, why: /is not HTTP/ },
])("refuses $registries", ({ registries, why }) => {
  expect(() => parse(registries)).toThrow(why);
});
