import {
  EAGAIN,
  EBADF,
  EEXIST,
  EISDIR,
  ENOENT,
  ENOTEMPTY,
  isErrno,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  S_IFMT,
  S_IFREG,
} from "@kernelet/abi";
import { expect, test } from "vitest";
import { bootTestKernel } from "../testing/test-kernel.ts";
import { FileAgent } from "./file-agent.ts";

function boot() {
  const { kernel, init, call } = bootTestKernel();
  return { kernel, init, call, agent: new FileAgent(kernel, init.fs) };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (read: Uint8Array | number): string =>
  typeof read === "number" ? `errno ${read}` : new TextDecoder().decode(read);

test("writes and reads a file, at a place and one after the other", () => {
  const { agent } = boot();
  const file = agent.open("/a", O_RDWR | O_CREAT | O_EXCL, 0o640);
  expect(file).toBeGreaterThan(0);
  expect(agent.write(file, bytes("hello "), null)).toBe(6);
  expect(agent.write(file, bytes("world"), null)).toBe(5);
  expect(text(agent.read(file, 5, 6))).toBe("world");
  expect(agent.fstat(file)).toMatchObject({ size: 11, mode: S_IFREG | 0o640, uid: 0 });
  expect(agent.close(file)).toBe(0);
  expect(agent.read(file, 1, 0)).toBe(EBADF);

  const again = agent.open("/a", O_RDONLY, 0);
  expect(text(agent.read(again, 100, null))).toBe("hello world");
  expect(text(agent.read(again, 100, null))).toBe("");
  expect(agent.write(again, bytes("x"), 0)).toBe(EBADF);
  expect(agent.open("/a", O_RDWR | O_CREAT | O_EXCL, 0o600)).toBe(EEXIST);
  const empty = agent.open("/a", O_WRONLY | O_TRUNC, 0);
  expect(agent.fstat(empty)).toMatchObject({ size: 0 });
});

test("makes, lists, moves and removes names", () => {
  const { agent } = boot();
  expect(agent.mkdir("/d", 0o755)).toBe(0);
  expect(agent.mkdir("/d", 0o755)).toBe(EEXIST);
  agent.close(agent.open("/d/f", O_WRONLY | O_CREAT, 0o644));
  expect(agent.symlink("f", "/d/l")).toBe(0);
  expect(agent.link("/d/f", "/d/h")).toBe(0);
  const names = agent.readdir("/d");
  if (isErrno(names)) throw new Error(`readdir: ${names}`);
  expect(names.map(({ name }) => name).sort()).toEqual(["f", "h", "l"]);
  expect(agent.readlink("/d/l")).toBe("f");
  expect(agent.realpath("/d/../d/./l")).toBe("/d/f");
  expect(agent.stat("/d/l", true)).toMatchObject({ nlink: 2 });
  expect(agent.stat("/d/l", false)).toMatchObject({ size: 1 });
  expect(agent.rename("/d/f", "/d/h2", false)).toBe(0);
  expect(agent.rename("/d/h2", "/d/l", false)).toBe(EEXIST);
  expect(agent.rename("/d/h2", "/d/l", true)).toBe(0);
  expect(agent.rmdir("/d")).toBe(ENOTEMPTY);
  expect(agent.unlink("/d")).toBe(EISDIR);
  expect(agent.unlink("/d/l")).toBe(0);
  expect(agent.unlink("/d/h")).toBe(0);
  expect(agent.rmdir("/d")).toBe(0);
  expect(agent.stat("/d", true)).toBe(ENOENT);
});

test("changes attributes", () => {
  const { agent } = boot();
  agent.close(agent.open("/a", O_WRONLY | O_CREAT, 0o644));
  const when = { sec: 5, nsec: 6 };
  expect(agent.change("/a", true, { mode: 0o600, uid: 7, gid: 8, size: 9, mtime: when })).toBe(0);
  const stat = agent.stat("/a", true);
  expect(stat).toMatchObject({ uid: 7, gid: 8, size: 9, mtime: when });
  if (isErrno(stat)) throw new Error(`stat: ${stat}`);
  expect(stat.mode & ~S_IFMT).toBe(0o600);
});

test("reads files that are made while they are read, and waits for nothing", () => {
  const { agent, init, call } = boot();
  const version = agent.open("/proc/version", O_RDONLY, 0);
  expect(text(agent.read(version, 100, null))).toMatch(/^Linux version /);
  expect(agent.mkdir("/d", 0o755)).toBe(0);
  init.mm.copyOut(0x30_0000, bytes("/d/fifo\0"));
  expect(call(init, "mknod", 0x30_0000, 0o010_600, 0)).toBe(0);
  const fifo = agent.open("/d/fifo", O_RDWR, 0);
  expect(agent.read(fifo, 1, null)).toBe(EAGAIN);
});

test("is seen by nobody and leaves nothing", () => {
  const { kernel, agent } = boot();
  const before = kernel.accounting();
  expect(before.tasks).toBe(1);
  const second = new FileAgent(kernel, kernel.pids.task(2)?.fs ?? never());
  second.open("/proc/version", O_RDONLY, 0);
  second.release();
  expect(kernel.accounting()).toEqual(before);
  agent.release();
  expect(kernel.accounting().addressSpaces).toBe(before.addressSpaces - 1);
});

function never(): never {
  throw new Error("no first task");
}
