/** Sockets whose other side is outside, over a host that does what the test says. */
import {
  AF_INET,
  EACCES,
  EAGAIN,
  ECONNREFUSED,
  EINPROGRESS,
  F_SETFL,
  O_NONBLOCK,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
} from "@kernelet/abi";
import { describe, expect, test } from "vitest";
import type { HostEndpoint, HostNetwork, HostQuestion } from "../../host-network.ts";
import { bootTestKernel, SCRATCH, type TestKernel } from "../../testing/test-kernel.ts";
import { IpAddress, LOOPBACK4 } from "../ip/ip-address.ts";
import type { Outside } from "./outside.ts";

const NAME = SCRATCH + 0x100;
const BUFFER = SCRATCH + 0x1000;
const BUFFER_SIZE = 0x1_0000;
const WINDOW = 262_144;

class FakeNetwork implements HostNetwork {
  readonly hasIpv6 = false;
  /** What the kernel asked, in order. */
  readonly asked: string[] = [];
  readonly targets: string[] = [];
  readonly questions: HostQuestion[] = [];
  isRefusing = false;
  /** Bytes that were taken and not said to have gone. */
  taken = 0;
  #next = 1;

  #open(what: string, { address, port }: HostEndpoint): number {
    this.targets.push(`${address}:${port}`);
    if (this.isRefusing) return EACCES;
    const handle = this.#next++;
    this.asked.push(`${what} ${handle}`);
    return handle;
  }
  connect(to: HostEndpoint): number {
    return this.#open("connect", to);
  }
  openFlow(to: HostEndpoint): number {
    return this.#open("flow", to);
  }
  send(_handle: number, bytes: Uint8Array): boolean {
    this.taken += bytes.length;
    return false;
  }
  request(handle: number): void {
    this.asked.push(`request ${handle}`);
  }
  shutdown(handle: number): void {
    this.asked.push(`shutdown ${handle}`);
  }
  reset(handle: number): void {
    this.asked.push(`reset ${handle}`);
  }
  setKeepAlive(): void {}
  sendDatagram(handle: number, bytes: Uint8Array): void {
    this.asked.push(`datagram ${handle} ${bytes.length}`);
  }
  closeFlow(handle: number): void {
    this.asked.push(`close ${handle}`);
  }
  answerDatagram(port: number, to: HostEndpoint): void {
    this.asked.push(`answer ${port} ${to.address}:${to.port}`);
  }
  resolve(_id: number, question: HostQuestion): void {
    this.questions.push(question);
  }
}

interface Outdoors extends TestKernel {
  readonly network: FakeNetwork;
  readonly outside: Outside;
  do(name: string, ...args: number[]): number | "blocked" | "gone";
  socket(type: number): number;
  connect(fd: number, address: string, port: number): number | "blocked" | "gone";
}

function boot(): Outdoors {
  const network = new FakeNetwork();
  const kernel = bootTestKernel({}, network);
  const { outside } = kernel.kernel;
  if (outside === null) throw new Error("nothing outside");
  const call = (name: string, ...args: number[]) => kernel.call(kernel.init, name, ...args);
  return {
    ...kernel,
    network,
    outside,
    do: call,
    socket: (type) => call("socket", AF_INET, type, 0) as number,
    connect(fd, address, port) {
      writeName(kernel, address, port);
      return call("connect", fd, NAME, 16);
    },
  };
}

function writeName({ init }: TestKernel, address: string, port: number): void {
  const bytes = new Uint8Array(16);
  bytes[0] = AF_INET;
  bytes.set([port >> 8, port & 0xff, ...address.split(".").map(Number)], 2);
  init.mm.copyOut(NAME, bytes);
}

const STREAM = SOCK_STREAM | SOCK_NONBLOCK;

/** A connection that stands: its descriptor; its handle is the first. */
function connected(out: Outdoors): number {
  const fd = out.socket(STREAM);
  expect(out.connect(fd, "192.0.2.1", 80)).toBe(EINPROGRESS);
  out.outside.connected(1);
  return fd;
}

const sockets = ({ kernel }: Outdoors): number => kernel.accounting().inetSockets;

describe("a connection", () => {
  test("that is refused fails at once, and the next can be tried", () => {
    const out = boot();
    const fd = out.socket(STREAM);
    out.network.isRefusing = true;
    expect(out.connect(fd, "192.0.2.1", 80)).toBe(EACCES);
    out.network.isRefusing = false;
    expect(out.connect(fd, "10.0.2.2", 81)).toBe(EINPROGRESS);
    // Behind the gateway is the host's loopback.
    expect(out.network.targets).toEqual(["192.0.2.1:80", "127.0.0.1:81"]);
    out.outside.closed(1, ECONNREFUSED);
    expect(out.connect(fd, "10.0.2.2", 81)).toBe(ECONNREFUSED);
    out.do("close", fd);
    expect(sockets(out)).toBe(0);
  });

  test("that is given up before it stands is reset", () => {
    const out = boot();
    const fd = out.socket(STREAM);
    out.connect(fd, "192.0.2.1", 80);
    out.do("close", fd);
    expect(out.network.asked).toEqual(["connect 1", "reset 1"]);
    expect(sockets(out)).toBe(0);
    expect(out.outside.connections.size).toBe(0);
    // What the host says late finds nobody.
    out.outside.connected(1);
    out.outside.closed(1, 0);
  });

  test("gives the host a window's worth, and more when that has gone", () => {
    const out = boot();
    const fd = connected(out);
    let written = 0;
    for (;;) {
      const n = out.do("write", fd, BUFFER, BUFFER_SIZE);
      if (n === EAGAIN) break;
      written += n as number;
    }
    expect(out.network.taken).toBeLessThanOrEqual(WINDOW);
    expect(written).toBeGreaterThan(out.network.taken);
    for (let gone = 0; out.network.taken > gone; ) {
      const part = out.network.taken - gone;
      gone = out.network.taken;
      for (let left = part; left > 0; left -= BUFFER_SIZE)
        out.outside.sent(1, Math.min(left, BUFFER_SIZE));
    }
    expect(out.network.taken).toBe(written);
    expect(out.do("write", fd, BUFFER, BUFFER_SIZE)).toBe(BUFFER_SIZE);
  });

  test("costs what many small pieces cost", () => {
    const out = boot();
    const fd = connected(out);
    for (let i = 0; i < 2000; i++) out.do("write", fd, BUFFER, 1);
    expect(out.network.taken).toBeLessThan(600);
  });

  test("asks for a chunk at a time, and for none while the program does not read", () => {
    const out = boot();
    const fd = connected(out);
    const requests = () => out.network.asked.filter((what) => what === "request 1").length;
    const { receiveBuffer } = [...out.outside.stack.sockets][0] as { receiveBuffer: number };
    let given = 0;
    for (let asked = 0; requests() > asked; ) {
      asked = requests();
      out.outside.received(1, new Uint8Array(50_000));
      given += 50_000;
    }
    expect(given).toBeGreaterThan(receiveBuffer - 1);
    expect(given).toBeLessThan(receiveBuffer + 50_000);
    let read = 0;
    for (;;) {
      const n = out.do("read", fd, BUFFER, BUFFER_SIZE);
      if (n === EAGAIN) break;
      read += n as number;
    }
    expect(read).toBe(given);
    const before = requests();
    out.outside.received(1, null);
    expect(out.do("read", fd, BUFFER, 1)).toBe(0);
    expect(requests()).toBe(before);
  });

  test("ends in order, or after a minute without the other's word", () => {
    const out = boot();
    const fd = connected(out);
    out.outside.received(1, null);
    out.do("close", fd);
    expect(sockets(out)).toBe(0);
    out.outside.closed(1, 0);
    const other = out.socket(STREAM);
    out.connect(other, "192.0.2.1", 80);
    out.outside.connected(2);
    out.do("close", other);
    expect(sockets(out)).toBe(1);
    out.advance(61e9);
    out.kernel.runSlice();
    expect(sockets(out)).toBe(0);
    expect(out.network.asked.at(-1)).toBe("reset 2");
    expect(out.outside.connections.size).toBe(0);
  });
});

describe("who comes to a published port", () => {
  const peer = { address: LOOPBACK4, port: 4000 };

  test("is reset if nobody listens", () => {
    const out = boot();
    out.outside.incoming(7, 80, peer);
    expect(out.network.asked).toEqual(["reset 7"]);
  });

  test("waits for a place, but not many do", () => {
    const out = boot();
    const fd = out.socket(STREAM);
    writeName(out, "0.0.0.0", 80);
    out.do("bind", fd, NAME, 16);
    out.do("listen", fd, 1);
    for (let handle = 1; handle <= 200; handle++) out.outside.incoming(handle, 80, peer);
    const resets = out.network.asked.filter((what) => what.startsWith("reset"));
    expect(resets).toHaveLength(200 - 2 - 128);
    // A place becomes free: the next one gets it.
    const end = out.do("accept", fd, 0, 0) as number;
    expect(end).toBeGreaterThan(fd);
    expect(out.network.asked).toContain("request 3");
    out.do("close", fd);
    out.do("close", end);
    expect(out.outside.connections.size).toBe(1);
    out.outside.received(1, null);
    out.outside.closed(1, 0);
    expect(sockets(out)).toBe(0);
    expect(out.outside.connections.size).toBe(0);
  });

  test("gets an answer to a datagram from where it was sent to", () => {
    const out = boot();
    const fd = out.socket(SOCK_DGRAM);
    writeName(out, "0.0.0.0", 53);
    out.do("bind", fd, NAME, 16);
    out.outside.publishedDatagram(9, 53, peer, new Uint8Array(3));
    expect(out.do("read", fd, BUFFER, 10)).toBe(3);
    writeName(out, "10.0.2.2", 4000);
    expect(out.do("sendto", fd, BUFFER, 2, 0, NAME, 16)).toBe(2);
    expect(out.network.asked).toEqual(["answer 9 127.0.0.1:4000"]);
  });
});

test("a datagram socket has so many flows, and takes them along", () => {
  const out = boot();
  const fd = out.socket(SOCK_DGRAM);
  for (let i = 0; i < 40; i++) {
    writeName(out, `192.0.2.${i}`, 9);
    out.do("sendto", fd, BUFFER, 1, 0, NAME, 16);
  }
  const closed = () => out.network.asked.filter((what) => what.startsWith("close"));
  expect(closed()).toEqual(Array.from({ length: 8 }, (_, i) => `close ${i + 1}`));
  out.outside.datagram(40, new Uint8Array(5));
  expect(out.do("read", fd, BUFFER, 10)).toBe(5);
  out.do("close", fd);
  expect(closed()).toHaveLength(40);
});

test("the name server asks the host so much at a time, and answers what it knows", () => {
  const out = boot();
  const fd = out.socket(SOCK_DGRAM);
  out.do("fcntl", fd, F_SETFL, O_NONBLOCK);
  out.connect(fd, "10.0.2.3", 53);
  const question = (name: string): number => {
    const labels = name.split(".").flatMap((label) => [label.length, ...Buffer.from(label)]);
    const bytes = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1];
    out.init.mm.copyOut(BUFFER, Uint8Array.from(bytes));
    return bytes.length;
  };
  const rcode = (): number | undefined => {
    const n = out.do("read", fd, BUFFER, 512);
    const bytes = out.init.mm.copyIn(BUFFER, 512);
    return n === EAGAIN || typeof bytes === "number" ? undefined : (bytes[3] as number) & 0xf;
  };
  for (let i = 0; i < 40; i++) out.do("write", fd, BUFFER, question(`n${i}.example`));
  expect(out.network.questions).toHaveLength(32);
  expect(out.network.questions[0]).toEqual({ name: "n0.example", type: "A", address: null });
  expect(Array.from({ length: 9 }, rcode)).toEqual([2, 2, 2, 2, 2, 2, 2, 2, undefined]);
  const address = IpAddress.v4(0xc0000201);
  out.outside.resolved(1, { status: "found", records: [{ type: "A", ttlSec: 1, address }] });
  out.outside.resolved(2, { status: "refused" });
  expect([rcode(), rcode(), rcode()]).toEqual([0, 3, undefined]);
  out.do("write", fd, BUFFER, question("host.kernelet.internal"));
  expect(rcode()).toBe(0);
  expect(out.network.questions).toHaveLength(32);
  out.do("close", fd);
  out.outside.resolved(3, { status: "no-name" });
  expect(sockets(out)).toBe(0);
});
