import { expect, test } from "vitest";
import { Gathering } from "./gathering.ts";

function setUp() {
  const sent: string[] = [];
  const sender = (name: string) => ({
    sendNow: (bytes: Uint8Array) => {
      sent.push(`${name} ${bytes.length > 10 ? bytes.length : bytes.join("")}`);
    },
  });
  return { gathering: new Gathering(), sent, a: sender("a"), b: sender("b") };
}

test("pieces of one connection go together, when they are flushed", () => {
  const { gathering, sent, a } = setUp();
  gathering.send(a, Uint8Array.of(1, 2));
  gathering.send(a, Uint8Array.of(3));
  expect(sent).toEqual([]);
  gathering.flush();
  gathering.flush();
  expect(sent).toEqual(["a 123"]);
});

test("a piece of another connection makes those of the first go", () => {
  const { gathering, sent, a, b } = setUp();
  gathering.send(a, Uint8Array.of(1));
  gathering.send(b, Uint8Array.of(2));
  gathering.send(a, Uint8Array.of(3));
  gathering.flush();
  expect(sent).toEqual(["a 1", "b 2", "a 3"]);
});

test("a long piece goes at once, behind what was there, and what does not fit makes room", () => {
  const { gathering, sent, a } = setUp();
  gathering.send(a, Uint8Array.of(1));
  gathering.send(a, new Uint8Array(8193));
  gathering.send(a, new Uint8Array(8000));
  gathering.send(a, new Uint8Array(193));
  gathering.flush();
  expect(sent).toEqual(["a 1", "a 8193", "a 8000", "a 193"]);
});

test("bytes are the sender's again, and nothing is said of a connection that is over", () => {
  const { gathering, sent, a, b } = setUp();
  const bytes = Uint8Array.of(1);
  gathering.send(a, bytes);
  bytes[0] = 9;
  gathering.forget(b);
  gathering.flush();
  gathering.send(a, bytes);
  gathering.forget(a);
  gathering.flush();
  expect(sent).toEqual(["a 1"]);
});
