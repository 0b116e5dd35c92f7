/** Against a peer on loopback that reads when the test says. */
import { once } from "node:events";
import net from "node:net";
import type { HostNetworkEvents } from "@kernelet/kernel";
import { afterEach, expect, test } from "vitest";
import { NodeConnection } from "./node-connection.ts";
import { SendBuffers } from "./send-buffers.ts";

const ends: net.Socket[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end.destroy();
});

/** Both ends of a connection. */
async function pair(): Promise<{ readonly near: net.Socket; readonly far: net.Socket }> {
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const near = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [[far]] = (await Promise.all([
    once(server, "connection"),
    once(near, "connect"),
  ])) as unknown as [[net.Socket], unknown];
  server.close();
  ends.push(near, far);
  return { near, far };
}

class Kernel {
  sent = 0;
  readonly received: string[] = [];
  onReceived: () => void = () => {};
  readonly events = {
    sent: (_: number, count: number) => {
      this.sent += count;
    },
    received: (_: number, bytes: Uint8Array | null) => {
      this.received.push(bytes === null ? "end" : Buffer.from(bytes).toString());
      this.onReceived();
    },
    closed: () => {},
  } as unknown as HostNetworkEvents;
}

function connection(kernel: Kernel, socket: net.Socket): NodeConnection {
  return new NodeConnection({
    ...{ handle: 1, socket, record: null, events: kernel.events },
    buffers: new SendBuffers(),
    closed: () => {},
  });
}

/** Recognizable, and of every length that matters. */
function pieces(): Uint8Array[] {
  const lengths = [1, 100, 2048, 2049, 4096, 4097, 65_536, 65_537, 1_000_000];
  return lengths.map((length, i) => new Uint8Array(length).map((_, at) => (at + i) % 251));
}

test("what the system takes is told at once, what it does not take later, and all arrives in order", async () => {
  const { near, far } = await pair();
  const kernel = new Kernel();
  const own = connection(kernel, near);
  expect(own.send(Uint8Array.of(7))).toBe(true);
  const all: Uint8Array[] = [Uint8Array.of(7)];
  let waiting = 0;
  // Until the system has had enough, and then some of each length.
  for (let isFull = false, rounds = 0; !isFull || rounds < 3; ) {
    for (const bytes of pieces()) {
      all.push(bytes.slice());
      if (!own.send(bytes)) waiting += bytes.length;
      bytes.fill(255);
    }
    isFull ||= waiting > 0;
    if (isFull) rounds++;
  }
  expect(kernel.sent).toBe(0);
  own.shutdown();
  const chunks: Buffer[] = [];
  for await (const chunk of far) chunks.push(chunk);
  expect(Buffer.concat(chunks).equals(Buffer.concat(all))).toBe(true);
  expect(kernel.sent).toBe(waiting);
});

test("a chunk is read for each request, and none without", async () => {
  const { near, far } = await pair();
  const kernel = new Kernel();
  const own = connection(kernel, near);
  const next = () => new Promise<void>((resolve) => (kernel.onReceived = resolve));
  far.write("one");
  let came = next();
  own.request();
  await came;
  expect(kernel.received).toEqual(["one"]);
  // Asked for at once, while the chunk before is being told.
  far.write("two");
  came = new Promise<void>((resolve) => {
    kernel.onReceived = () => {
      if (kernel.received.length === 2) {
        own.request();
        far.write("three");
      } else resolve();
    };
  });
  own.request();
  await came;
  expect(kernel.received).toEqual(["one", "two", "three"]);
  far.end("four");
  await once(far, "finish");
  expect(kernel.received).toEqual(["one", "two", "three"]);
  came = next();
  own.request();
  await came;
  expect(kernel.received.at(-1)).toBe("four");
});
