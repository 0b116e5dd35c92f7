/** Against what a real client says. */
import { duplexPair } from "node:stream";
import tls from "node:tls";
import { expect, test } from "vitest";
import { readClientHello } from "./client-hello.ts";

async function helloOf(options: tls.ConnectionOptions): Promise<Buffer> {
  const [near, far] = duplexPair();
  const client = tls.connect({ socket: near, ...options });
  client.on("error", () => {});
  const bytes = await new Promise<Buffer>((resolve) => far.once("data", resolve));
  client.destroy();
  return bytes;
}

test("a hello names its server, whole or in pieces of records", async () => {
  const hello = await helloOf({ servername: "Api.Example", ALPNProtocols: ["h2"] });
  const wanted = { kind: "hello", serverName: "api.example" };
  expect(readClientHello(hello)).toEqual(wanted);
  for (let length = 0; length < hello.length; length++)
    expect(readClientHello(hello.subarray(0, length))).toEqual({ kind: "more" });
  // The same handshake in records of at most 50 bytes.
  const records: Buffer[] = [];
  for (let at = 5; at < hello.length; at += 50) {
    const part = hello.subarray(at, at + 50);
    records.push(Buffer.from([22, 3, 1, 0, part.length]), part);
  }
  expect(readClientHello(Buffer.concat(records))).toEqual(wanted);
});

test("one that names nobody is one", async () => {
  const hello = await helloOf({ servername: "" });
  expect(readClientHello(hello)).toEqual({ kind: "hello", serverName: null });
});

test.each([
  ["GET / HTTP/1.1\r\n"],
  ["\x16GET"],
  ["\x16\x03\x01\x00\x05\x02\x00\x00\x01\x00"],
  ["\x16\x03\x01\x00\x00\x16\x03\x01\x00\x00"],
  ["\x16\x03\x01\x00\x08\x01\x00\x00\x04abcd"],
])("%j is none", (text) => {
  expect(readClientHello(Buffer.from(text, "latin1"))).toEqual({ kind: "other" });
});
