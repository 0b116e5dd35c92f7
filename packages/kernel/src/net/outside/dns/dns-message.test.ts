import { describe, expect, test } from "vitest";
import { IpAddress } from "../../ip/ip-address.ts";
import { buildReply, NOERROR, NXDOMAIN, parseQuery, type Query } from "./dns-message.ts";

const text = (value: string): number[] => [...value].map((char) => char.charCodeAt(0));

/** A question for `name`; `tail` is what follows the question. */
function query(name: string, type: number, counts = [1, 0, 0, 0], tail: number[] = []): Uint8Array {
  const labels = name.split(".").flatMap((label) => [label.length, ...text(label)]);
  const header = [0x12, 0x34, 0x01, 0x00, ...counts.flatMap((count) => [0, count])];
  return Uint8Array.of(...header, ...labels, 0, type >> 8, type & 0xff, 0, 1, ...tail);
}

/** OPT with room for 1232 bytes. */
const OPT = [0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0];

function parsed(bytes: Uint8Array): Query {
  const result = parseQuery(bytes);
  if (result === null) throw new Error("no query");
  return result;
}

test("a question is taken apart, and its case is kept for the answer", () => {
  const one = parsed(query("Www.Example.COM", 1));
  expect(one).toMatchObject({
    id: 0x1234,
    name: "www.example.com",
    type: "A",
    rcode: 0,
    room: 512,
  });
  expect(one.hasEdns).toBe(false);
  expect(String.fromCharCode(...one.question.subarray(1, 4))).toBe("Www");
  expect(parsed(query("a", 28, [1, 0, 0, 1], OPT))).toMatchObject({ hasEdns: true, room: 1232 });
});

describe("what is no proper question", () => {
  test.each([
    ["too short for a header", new Uint8Array(11)],
    ["an answer", Uint8Array.of(0, 1, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1)],
  ])("%s gets no answer", (_, bytes) => {
    expect(parseQuery(bytes)).toBeNull();
  });

  test.each([
    ["two questions", query("a", 1, [2, 0, 0, 0]), 1],
    ["a name that does not end", Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 5, 97), 1],
    ["a pointer", Uint8Array.of(0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 12, 0, 1, 0, 1), 1],
    ["nothing behind the name", query("a", 1).subarray(0, 16), 1],
    ["a name of 300 bytes", query(Array.from({ length: 30 }, () => "123456789").join("."), 1), 1],
    ["an update", Uint8Array.of(0, 1, 0x28, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1), 4],
    ["everything there is", query("a", 255), 4],
  ])("%s", (_, bytes, rcode) => {
    expect(parsed(bytes).rcode).toBe(rcode);
  });

  test("no bytes at all make it throw", () => {
    let seed = 1;
    for (let i = 0; i < 20_000; i++) {
      const bytes = query("abc.example", 1, [1, 0, 0, 1], OPT);
      for (let n = 0; n < 4; n++) {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        bytes[(seed >>> 8) % bytes.length] = seed >>> 24;
      }
      const result = parseQuery(bytes.subarray(0, (seed >>> 4) % (bytes.length + 1)));
      if (result !== null) buildReply(result, { rcode: result.rcode, records: [] }, result.room);
    }
  });
});

test("odd names have none, and types that nobody answers no type", () => {
  expect(parsed(query("a b", 1)).name).toBeNull();
  expect(parsed(query("\u0000", 1)).name).toBeNull();
  expect(parsed(query("_x._tcp.a-b", 65))).toMatchObject({ name: "_x._tcp.a-b", type: null });
});

describe("an answer", () => {
  const address = IpAddress.v4(0xc0000201);

  test("repeats the question and points at it", () => {
    const one = parsed(query("a.b", 1));
    const record = { type: "A", ttlSec: 60, address } as const;
    const bytes = buildReply(one, { rcode: NOERROR, records: [record] }, 512);
    expect([...bytes]).toEqual([
      ...[0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0],
      ...[1, 97, 1, 98, 0, 0, 1, 0, 1],
      ...[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1],
    ]);
  });

  test("has records of every kind", () => {
    const one = parsed(query("a", 15));
    const records = [
      { type: "MX", ttlSec: 1, preference: 10, name: "m.x" },
      { type: "SRV", ttlSec: 1, priority: 1, weight: 2, port: 3, name: "s" },
      { type: "TXT", ttlSec: 1, texts: [Uint8Array.of(65), new Uint8Array(0)] },
      { type: "PTR", ttlSec: 1, name: "p" },
    ] as const;
    const bytes = buildReply(one, { rcode: NOERROR, records }, 512);
    const data = [
      [0, 10, 1, 109, 1, 120, 0],
      [0, 1, 0, 2, 0, 3, 1, 115, 0],
      [1, 65, 0],
      [1, 112, 0],
    ];
    const types = [15, 33, 16, 12];
    expect([...bytes.subarray(12 + 7)]).toEqual(
      data.flatMap((part, i) => [
        ...[0xc0, 12, 0, types[i] as number, 0, 1, 0, 0, 0, 1, 0, part.length],
        ...part,
      ]),
    );
  });

  test("that does not fit is cut, and says so", () => {
    const one = parsed(query("a", 1));
    const records = Array.from({ length: 100 }, () => ({ type: "A", ttlSec: 1, address }) as const);
    const bytes = buildReply(one, { rcode: NOERROR, records }, one.room);
    expect(bytes.length).toBeLessThanOrEqual(512);
    expect((bytes[2] as number) & 2).toBe(2);
    expect(bytes[7]).toBe(30);
    expect((buildReply(one, { rcode: NOERROR, records }, 65_535)[2] as number) & 2).toBe(0);
  });

  test("tells who understands it that policy forbids", () => {
    const plain = parsed(query("a", 1));
    const reply = { rcode: NXDOMAIN, records: [], isProhibited: true } as const;
    expect([...buildReply(plain, reply, 512)].slice(2, 12)).toEqual([
      0x81, 0x83, 0, 1, 0, 0, 0, 0, 0, 0,
    ]);
    const edns = parsed(query("a", 1, [1, 0, 0, 1], OPT));
    expect([...buildReply(edns, reply, edns.room)].slice(-17)).toEqual([
      ...[0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 6],
      ...[0, 15, 0, 2, 0, 18],
    ]);
  });
});
