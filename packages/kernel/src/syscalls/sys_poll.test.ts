import {
  EAGAIN,
  EBADF,
  EEXIST,
  EINTR,
  EINVAL,
  ELOOP,
  ENOENT,
  EPERM,
  EPOLL_CTL_ADD,
  EPOLL_CTL_DEL,
  EPOLL_CTL_MOD,
  EPOLLET,
  EPOLLIN,
  EPOLLONESHOT,
  EPOLLOUT,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  SIGUSR1,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { bootTestKernel, HANDLER, SCRATCH, type TestKernel } from "../testing/test-kernel.ts";

const FDS = SCRATCH;
const EVENTS = SCRATCH + 0x400;
const OUT = SCRATCH + 0x800;
const BYTES = SCRATCH + 0xc00;

function pipe(t: TestKernel): readonly [number, number] {
  expect(t.call(t.init, "pipe2", FDS, 0)).toBe(0);
  return [t.init.mm.readInt32(FDS) as number, t.init.mm.readInt32(FDS + 4) as number];
}

function putPollfds(t: TestKernel, ...fds: readonly (readonly [number, number])[]): void {
  for (const [i, [fd, events]] of fds.entries()) {
    t.init.mm.writeInt32(FDS + 8 * i, fd);
    t.init.mm.writeInt32(FDS + 8 * i + 4, events);
  }
}

const revents = (t: TestKernel, i: number) =>
  (t.init.mm.readInt32(FDS + 8 * i + 4) as number) >>> 16;

function control(t: TestKernel, ep: number, op: number, fd: number, events: number, data = 7) {
  t.init.mm.writeInt32(EVENTS, events);
  t.init.mm.writeU64(EVENTS + 4, data);
  return t.call(t.init, "epoll_ctl", ep, op, fd, EVENTS);
}

test("poll reports what holds, refuses nothing, and names bad descriptors", () => {
  const t = bootTestKernel();
  const [r, w] = pipe(t);
  putPollfds(t, [r, POLLIN], [w, POLLOUT], [99, POLLIN], [-1, POLLIN]);
  expect(t.call(t.init, "poll", FDS, 4, -1)).toBe(2);
  expect([0, 1, 2, 3].map((i) => revents(t, i))).toEqual([0, POLLOUT, POLLNVAL, 0]);
});

test("poll waits for a writer in another process", () => {
  const t = bootTestKernel();
  const [r, w] = pipe(t);
  const tid = t.call(t.init, "fork") as number;
  t.processor.program(t.task(tid).registers, () => undefined);
  putPollfds(t, [r, POLLIN]);
  expect(t.call(t.init, "poll", FDS, 1, -1)).toBe("blocked");
  expect(t.call(t.task(tid), "write", w, BYTES, 3)).toBe(3);
  expect(t.resume(t.init)).toBe(1);
  expect(revents(t, 0)).toBe(POLLIN);
});

test("poll times out, and not before", () => {
  const t = bootTestKernel();
  const [r] = pipe(t);
  putPollfds(t, [r, POLLIN]);
  expect(t.call(t.init, "poll", FDS, 1, 100)).toBe("blocked");
  t.advance(99e6);
  expect(t.resume(t.init)).toBe("blocked");
  t.advance(2e6);
  expect(t.resume(t.init)).toBe(0);
});

test("select sets bits, counts them, and gives EBADF for a closed descriptor", () => {
  const t = bootTestKernel();
  const [r, w] = pipe(t);
  const { mm } = t.init;
  mm.writeU64(OUT, 1 << r);
  mm.writeU64(OUT + 8, 1 << w);
  expect(t.call(t.init, "select", 64, OUT, OUT + 8, 0, 0)).toBe(1);
  expect(mm.readU64(OUT)).toBe(0);
  expect(mm.readU64(OUT + 8)).toBe(1 << w);
  mm.writeU64(OUT, 1 << 30);
  expect(t.call(t.init, "select", 64, OUT, 0, 0, 0)).toBe(EBADF);
  expect(t.call(t.init, "select", -1, OUT, 0, 0, 0)).toBe(EINVAL);
});

test("epoll: level triggered reports again, edge triggered once, one shot once until changed", () => {
  const t = bootTestKernel();
  const [r, w] = pipe(t);
  const ep = t.call(t.init, "epoll_create1", 0) as number;
  t.call(t.init, "write", w, BYTES, 1);
  const wait = () => t.call(t.init, "epoll_wait", ep, OUT, 8, 0);

  expect(control(t, ep, EPOLL_CTL_ADD, r, EPOLLIN)).toBe(0);
  expect([wait(), wait()]).toEqual([1, 1]);
  expect(t.init.mm.readU64(OUT + 4)).toBe(7);
  expect(control(t, ep, EPOLL_CTL_MOD, r, EPOLLIN | EPOLLET)).toBe(0);
  expect([wait(), wait()]).toEqual([1, 0]);
  t.call(t.init, "write", w, BYTES, 1);
  expect([wait(), wait()]).toEqual([1, 0]);
  expect(control(t, ep, EPOLL_CTL_MOD, r, EPOLLIN | EPOLLONESHOT)).toBe(0);
  expect([wait(), wait()]).toEqual([1, 0]);
  t.call(t.init, "write", w, BYTES, 1);
  expect(wait()).toBe(0);
  expect(control(t, ep, EPOLL_CTL_DEL, r, 0)).toBe(0);
  expect(control(t, ep, EPOLL_CTL_DEL, r, 0)).toBe(ENOENT);
});

test("epoll refuses what it must, and forgets closed files", () => {
  const t = bootTestKernel();
  const [r, w] = pipe(t);
  const ep = t.call(t.init, "epoll_create1", 0) as number;
  const other = t.call(t.init, "epoll_create1", 0) as number;
  expect(control(t, ep, EPOLL_CTL_ADD, ep, EPOLLIN)).toBe(EINVAL);
  expect(control(t, ep, EPOLL_CTL_ADD, r, EPOLLIN)).toBe(0);
  expect(control(t, ep, EPOLL_CTL_ADD, r, EPOLLIN)).toBe(EEXIST);
  expect(control(t, ep, EPOLL_CTL_ADD, other, EPOLLIN)).toBe(0);
  expect(control(t, other, EPOLL_CTL_ADD, ep, EPOLLIN)).toBe(ELOOP);
  expect(control(t, ep, 9, w, EPOLLOUT)).toBe(EINVAL);
  putPath(t, "/file");
  const file = t.call(t.init, "open", BYTES, 0o102, 0o600) as number;
  expect(control(t, ep, EPOLL_CTL_ADD, file, EPOLLIN)).toBe(EPERM);
  t.call(t.init, "write", w, BYTES, 1);
  t.call(t.init, "close", r);
  expect(t.call(t.init, "epoll_wait", ep, OUT, 8, 0)).toBe(0);
});

function putPath(t: TestKernel, path: string): void {
  t.init.mm.copyOut(
    BYTES,
    Uint8Array.from(`${path}\0`, (c) => c.charCodeAt(0)),
  );
}

test("epoll_wait sleeps, is woken, and is EINTR after a handler", () => {
  const t = bootTestKernel();
  const [r, w] = pipe(t);
  const ep = t.call(t.init, "epoll_create1", 0) as number;
  control(t, ep, EPOLL_CTL_ADD, r, EPOLLIN | EPOLLET);
  const tid = t.call(t.init, "fork") as number;
  const child = t.task(tid);
  t.processor.program(child.registers, () => undefined);
  expect(t.call(t.init, "epoll_wait", ep, OUT, 8, -1)).toBe("blocked");
  t.call(child, "write", w, BYTES, 1);
  expect(t.resume(t.init)).toBe(1);
  t.handle(t.init, SIGUSR1);
  expect(t.call(t.init, "epoll_wait", ep, OUT, 8, -1)).toBe("blocked");
  t.call(child, "kill", t.init.tid, SIGUSR1);
  t.resume(t.init);
  expect(t.init.registers.rip).toBe(HANDLER);
  expect(EINTR).toBeLessThan(0);
});

test("eventfd counts, semaphores give one at a time, an empty one is EAGAIN", () => {
  const t = bootTestKernel();
  const { mm } = t.init;
  const semaphore = t.call(t.init, "eventfd2", 2, 0o4001) as number;
  expect(t.call(t.init, "read", semaphore, OUT, 8)).toBe(8);
  expect(mm.readU64(OUT)).toBe(1);
  expect(t.call(t.init, "read", semaphore, OUT, 8)).toBe(8);
  expect(t.call(t.init, "read", semaphore, OUT, 8)).toBe(EAGAIN);
  const counter = t.call(t.init, "eventfd2", 0, 0o4000) as number;
  mm.writeU64(BYTES, 5);
  expect(t.call(t.init, "write", counter, BYTES, 8)).toBe(8);
  expect(t.call(t.init, "write", counter, BYTES, 8)).toBe(8);
  expect(t.call(t.init, "read", counter, OUT, 4)).toBe(EINVAL);
  expect(t.call(t.init, "read", counter, OUT, 8)).toBe(8);
  expect(mm.readU64(OUT)).toBe(10);
});

test("timerfd counts expiries", () => {
  const t = bootTestKernel();
  const { mm } = t.init;
  const fd = t.call(t.init, "timerfd_create", 1, 0o4000) as number;
  mm.writeU64(BYTES, 0);
  mm.writeU64(BYTES + 8, 1e8);
  mm.writeU64(BYTES + 16, 0);
  mm.writeU64(BYTES + 24, 1e8);
  expect(t.call(t.init, "timerfd_settime", fd, 0, BYTES, 0)).toBe(0);
  expect(t.call(t.init, "read", fd, OUT, 8)).toBe(EAGAIN);
  t.advance(350e6);
  expect(t.call(t.init, "read", fd, OUT, 8)).toBe(8);
  expect(mm.readU64(OUT)).toBe(3);
});

test("signalfd takes blocked signals as data", () => {
  const t = bootTestKernel();
  const { mm } = t.init;
  mm.writeU64(BYTES, 2 ** (SIGUSR1 - 1));
  t.call(t.init, "rt_sigprocmask", 0, BYTES, 0, 8);
  const fd = t.call(t.init, "signalfd4", -1, BYTES, 8, 0) as number;
  putPollfds(t, [fd, POLLIN]);
  expect(t.call(t.init, "poll", FDS, 1, 0)).toBe(0);
  t.call(t.init, "kill", t.init.tid, SIGUSR1);
  expect(t.call(t.init, "poll", FDS, 1, 0)).toBe(1);
  expect(t.call(t.init, "read", fd, OUT, 256)).toBe(128);
  expect(mm.readInt32(OUT)).toBe(SIGUSR1);
  expect(mm.readInt32(OUT + 12)).toBe(t.init.tid);
});
