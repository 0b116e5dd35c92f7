import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { Channel } from "./channel.ts";
import { encodeData, encodeMessage, FrameError, FrameReader, MAX_FRAME } from "./frame.ts";

function read(...chunks: Uint8Array[]) {
  const reader = new FrameReader();
  const frames = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let frame = reader.next(); frame !== null; frame = reader.next()) frames.push(frame);
  }
  return frames;
}

const FRAMES = Buffer.concat([
  encodeMessage({ type: "a", text: "käse" }),
  encodeData(7, Uint8Array.of(1, 2, 3)),
  encodeData(8, new Uint8Array(0)),
  encodeMessage({ type: "b" }, Uint8Array.of(9, 8)),
]);
const NOTHING = new Uint8Array(0);
const DECODED = [
  { kind: "message", message: { type: "a", text: "käse" }, bytes: NOTHING },
  { kind: "data", stream: 7, bytes: Uint8Array.of(1, 2, 3) },
  { kind: "data", stream: 8, bytes: NOTHING },
  { kind: "message", message: { type: "b" }, bytes: Uint8Array.of(9, 8) },
];

test.each([1, 2, 3, 5, 1000])("frames come whole out of pieces of %i bytes", (size) => {
  const pieces = [];
  for (let at = 0; at < FRAMES.length; at += size) {
    pieces.push(Uint8Array.from(FRAMES.subarray(at, at + size)));
  }
  const frames = read(...pieces);
  expect(frames.map((frame) => ({ ...frame, bytes: Uint8Array.from(frame.bytes) }))).toEqual(
    DECODED,
  );
});

test.each([
  { title: "an empty frame", bytes: [0, 0, 0, 0] },
  { title: "a length beyond the limit", bytes: [1, 0, 0x10, 0, 0] },
  { title: "an unknown kind", bytes: [1, 0, 0, 0, 9] },
  { title: "data without a stream", bytes: [3, 0, 0, 0, 1, 0, 0] },
  { title: "a message without its length", bytes: [3, 0, 0, 0, 0, 1, 0] },
  { title: "a message that is longer than its frame", bytes: [6, 0, 0, 0, 0, 2, 0, 0, 0, 0x7b] },
  { title: "a message that is no JSON", bytes: [6, 0, 0, 0, 0, 1, 0, 0, 0, 0x7b] },
])("refuses $title", ({ bytes }) => {
  expect(() => read(Uint8Array.from(bytes))).toThrow(FrameError);
});

test("refuses to send what is no frame", () => {
  expect(() => encodeMessage({ text: "x".repeat(MAX_FRAME) })).toThrow(FrameError);
});

test("a channel closes once, with the reason, and then says nothing", () => {
  const socket = new PassThrough();
  const heard: unknown[] = [];
  const channel = new Channel(socket, {
    message: (message) => heard.push(message),
    data: () => {},
    closed: (error) => heard.push(error?.name ?? "closed"),
  });
  socket.emit("data", Buffer.concat([encodeMessage({ n: 1 }), Buffer.from([0, 0, 0, 0])]));
  socket.emit("data", encodeMessage({ n: 2 }));
  socket.emit("close");
  expect(heard).toEqual([{ n: 1 }, "FrameError"]);
  let isTold = false;
  channel.send({ n: 3 }, () => {
    isTold = true;
  });
  expect(isTold).toBe(true);
});
