/** Requests of HTTP/1.1 with placeholders in them, in all the pieces that they may come in. */
import { describe, expect, test } from "vitest";
import { BadRequestError, RequestRewriter, type SecretText } from "./request-rewriter.ts";

const HELD = "PLACEHOLDER12345";
const VALUE = "sk-live/+ 12=?&5";

interface Told {
  readonly text: string;
  readonly uses: number;
}

/** @param size of the pieces that it comes in. */
function rewrite(request: string, size = request.length, host = "api.example"): Told {
  let uses = 0;
  const secret: SecretText = { placeholder: HELD, value: VALUE, used: () => void uses++ };
  const rewriter = new RequestRewriter((said) => (said === host ? [secret] : []));
  const out: Uint8Array[] = [];
  const bytes = Buffer.from(request, "latin1");
  for (let at = 0; at < bytes.length; at += size)
    out.push(rewriter.push(bytes.subarray(at, at + size)));
  out.push(rewriter.end());
  return { text: Buffer.concat(out).toString("latin1"), uses };
}

const post = (headers: string, body: string): string =>
  `POST /a HTTP/1.1\r\nHost: api.example\r\n${headers}\r\n\r\n${body}`;

describe("a value is put in", () => {
  const basic = (user: string): string => Buffer.from(user).toString("base64");
  test.each([
    {
      title: "into headers",
      request: `GET / HTTP/1.1\r\nHost: api.example:443\r\nAuthorization: Bearer ${HELD}\r\nAccept-Encoding: gzip\r\n\r\n`,
      wanted: `GET / HTTP/1.1\r\nHost: api.example:443\r\nAuthorization: Bearer ${VALUE}\r\nAccept-Encoding: identity\r\n\r\n`,
    },
    {
      title: "into the target, percent-encoded",
      request: `GET /?key=${HELD}&x HTTP/1.1\r\nHost: API.example\r\n\r\n`,
      wanted: `GET /?key=${encodeURIComponent(VALUE)}&x HTTP/1.1\r\nHost: API.example\r\nAccept-Encoding: identity\r\n\r\n`,
    },
    {
      title: "into what Basic authentication encodes",
      request: `GET / HTTP/1.1\r\nHost: api.example\r\nAuthorization: Basic ${basic(`me:${HELD}`)}\r\n\r\n`,
      wanted: `GET / HTTP/1.1\r\nHost: api.example\r\nAuthorization: Basic ${basic(`me:${VALUE}`)}\r\nAccept-Encoding: identity\r\n\r\n`,
    },
    {
      title: "into a body, whose length stays true",
      request: post("Content-Length: 20", `>>${HELD}<<`),
      wanted: post("Content-Length: 20\r\nAccept-Encoding: identity", `>>${VALUE}<<`),
    },
    {
      title: "where the body ends in what might have become one",
      request: post("Content-Length: 5", "abPLA"),
      wanted: post("Content-Length: 5\r\nAccept-Encoding: identity", "abPLA"),
    },
  ])("$title", ({ request, wanted }) => {
    for (const size of [1, 3, 7, request.length]) expect(rewrite(request, size).text).toBe(wanted);
  });

  test("into chunks, also where one ends in the middle of it", () => {
    const halves = [HELD.slice(0, 9), HELD.slice(9)];
    const chunks = `b;x=y\r\n>>${halves[0]}\r\n9\r\n${halves[1]}<<\r\n0\r\nT: ${HELD}\r\n\r\n`;
    const request = post("Transfer-Encoding: chunked", chunks);
    for (const size of [1, 2, 5, request.length]) {
      const { text, uses } = rewrite(request, size);
      const [head, body = ""] = text.split(/(?<=\r\n\r\n)/);
      expect(head).toBe(post("Transfer-Encoding: chunked\r\nAccept-Encoding: identity", ""));
      expect(decodeChunks(body + text.slice((head ?? "").length + body.length))).toBe(
        `>>${VALUE}<<`,
      );
      // Trailers are no place for one.
      expect(text).toContain(`\r\n0\r\nT: ${HELD}\r\n\r\n`);
      expect(uses).toBe(1);
    }
  });

  test("into each request of a connection that is for the host, and no other", () => {
    const get = (host: string, text: string): string =>
      `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${text}\r\n\r\n`;
    const all = post("Content-Length: 16", HELD) + get("evil.example", HELD);
    const { text, uses } = rewrite(`${all}\r\n${get("api.example", HELD)}`);
    expect(text).toContain(get("evil.example", HELD));
    expect(text.split(VALUE)).toHaveLength(3);
    expect(uses).toBe(2);
  });
});

function decodeChunks(text: string): string {
  let rest = text;
  let whole = "";
  for (;;) {
    const [line = ""] = rest.split("\r\n", 1);
    const size = Number.parseInt(line, 16);
    if (!(size > 0)) return whole;
    whole += rest.slice(line.length + 2, line.length + 2 + size);
    rest = rest.slice(line.length + size + 4);
  }
}

test.each([
  { title: "for another host", head: "GET / HTTP/1.1\r\nHost: evil.example\r\n" },
  { title: "for two hosts", head: "GET / HTTP/1.1\r\nHost: api.example\r\nHost: evil.example\r\n" },
  { title: "for none", head: "GET / HTTP/1.1\r\n" },
  {
    title: "whose target is another's",
    head: "GET http://evil.example/ HTTP/1.1\r\nHost: api.example\r\n",
  },
  {
    title: "that opens a tunnel",
    head: "CONNECT evil.example:443 HTTP/1.1\r\nHost: api.example\r\n",
  },
])("a request $title keeps its placeholder", ({ head }) => {
  const request = `${head}Authorization: Bearer ${HELD}\r\n\r\n`;
  expect(rewrite(request)).toEqual({ text: request, uses: 0 });
});

test.each([
  { title: "two lengths", request: post("Content-Length: 1\r\nTransfer-Encoding: chunked", "") },
  { title: "its length twice", request: post("Content-Length: 1\r\nContent-Length: 2", "") },
  { title: "a length with a sign", request: post("Content-Length: +1", "a") },
  { title: "another coding", request: post("Transfer-Encoding: gzip, chunked", "") },
  { title: "a space before a colon", request: post("Content-Length : 1", "a") },
  { title: "a folded header", request: post("X: a\r\n b", "") },
  { title: "a line feed alone", request: post("X: a\nHost: evil.example", "") },
  {
    title: "a chunk longer than it says",
    request: post("Transfer-Encoding: chunked", "1\r\nab\r\n"),
  },
  { title: "a chunk without a length", request: post("Transfer-Encoding: chunked", "\r\n\r\n") },
])("$title: servers might see another request in it, so it is cut off", ({ request }) => {
  expect(() => rewrite(request)).toThrow(BadRequestError);
});

test("what is no HTTP goes by as it is, and at once", () => {
  for (const text of [`AUTH ${HELD}\r\n`, `\0\0\0\b${HELD}`, `PRI * HTTP/2.0\r\n\r\n${HELD}`]) {
    const rewriter = new RequestRewriter(() => [
      { placeholder: HELD, value: VALUE, used: () => {} },
    ]);
    expect(Buffer.from(rewriter.push(Buffer.from(text))).toString()).toBe(text);
  }
});

test("behind an upgrade is another protocol", () => {
  const head = (more: string): string => `GET / HTTP/1.1\r\nHost: api.example\r\n${more}\r\n`;
  const request = `${head(`Upgrade: websocket\r\nX: ${HELD}\r\n`)}${HELD}`;
  expect(rewrite(request).text).toBe(
    `${head(`Upgrade: websocket\r\nX: ${VALUE}\r\nAccept-Encoding: identity\r\n`)}${HELD}`,
  );
});

test("what is kept back of a body can be had, if its reader must not wait", () => {
  const secret = { placeholder: HELD, value: VALUE, used: () => {} };
  const rewriter = new RequestRewriter(() => [secret]);
  const out = [rewriter.push(Buffer.from(post("Content-Length: 9", "abcPLA")))];
  expect(rewriter.isHolding).toBe(true);
  out.push(rewriter.flush());
  expect(rewriter.isHolding).toBe(false);
  out.push(rewriter.push(Buffer.from("CEH")));
  expect(Buffer.concat(out).toString()).toMatch(/\r\n\r\nabcPLACEH$/);
});
