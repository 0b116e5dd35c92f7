import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Duplex } from "node:stream";
import { ENOENT, ENOEXEC, ESRCH } from "@kernelet/abi";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Channel } from "./channel/channel.ts";
import { launch, nodeOptions } from "./launch.ts";
import type { SandboxConfig } from "./protocol.ts";

let root: string;

/** A static program: `code` at 0x400078. */
function program(...code: number[]): Uint8Array {
  const bytes = new Uint8Array(0x78 + code.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true); // ET_EXEC
  view.setUint16(18, 62, true); // EM_X86_64
  view.setUint32(20, 1, true);
  view.setUint32(24, 0x40_0078, true); // e_entry
  view.setUint32(32, 64, true); // e_phoff
  view.setUint16(54, 56, true);
  view.setUint16(56, 1, true);
  view.setUint32(64, 1, true); // PT_LOAD
  view.setUint32(68, 5, true); // R X
  view.setUint32(80, 0x40_0000, true);
  view.setUint32(96, bytes.length, true);
  view.setUint32(104, bytes.length, true);
  view.setUint32(112, 0x1000, true);
  bytes.set(code, 0x78);
  return bytes;
}

/** mov edi, 42; mov eax, 60; syscall: exit(42). */
const EXIT_42 = [0xbf, 42, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05];
/** jmp to itself. */
const FOREVER = [0xeb, 0xfe];
/** ud2. */
const ILLEGAL = [0x0f, 0x0b];

beforeAll(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-")));
  fs.mkdirSync(path.join(root, "bin"));
  const write = (name: string, bytes: Uint8Array | string): void => {
    fs.writeFileSync(path.join(root, "bin", name), bytes, { mode: 0o755 });
  };
  write("exit42", program(...EXIT_42));
  write("forever", program(...FOREVER));
  write("illegal", program(...ILLEGAL));
  write("garbage", "\x00\x01 no program");
});

afterAll(() => fs.rmSync(root, { recursive: true }));

const PROGRAM = { env: ["PATH=/bin"], cwd: "/", isCwdRequired: true, user: "0:0" };

function config(...argv: string[]): SandboxConfig {
  return {
    layers: [{ path: root, writable: false }],
    volumes: [],
    program: { ...PROGRAM, argv },
    stdio: { kind: "inherited" },
    hostname: "test",
    translate: false,
  };
}

test("runs a program and reports what it did", { timeout: 120_000 }, async () => {
  const outcome = await launch({ config: config("exit42") }).outcome;
  if (outcome.kind !== "exited") throw new Error(JSON.stringify(outcome));
  expect(outcome.status).toBe(42 << 8);
  const { kernel, processor, host } = outcome.report;
  expect(processor).toMatchObject({ regions: 0, archived: 0, longestStepMs: 0 });
  expect(kernel.syscalls).toEqual([{ name: "exit", calls: 1, errors: 0 }]);
  expect(Object.values(kernel.left).every((n) => n === 0)).toBe(true);
  expect(host.files).toEqual([path.join(root, "bin/exit42")]);
  expect(host.sockets).toBe(0);
});

test("a signal ends a program as wait(2) says it", { timeout: 120_000 }, async () => {
  expect(await launch({ config: config("illegal") }).outcome).toMatchObject({
    kind: "exited",
    status: 4,
  });
  const sandbox = launch({ config: config("forever") });
  setTimeout(() => sandbox.signal(15), 1500);
  expect(await sandbox.outcome).toMatchObject({ kind: "exited", status: 15 });
});

test.each([
  {
    title: "no such program",
    change: { argv: ["nothing"] },
    want: { stage: "program", subject: "nothing", errno: ENOENT },
  },
  {
    title: "no program",
    change: { argv: ["/bin/garbage"] },
    want: { stage: "program", subject: "/bin/garbage", errno: ENOEXEC },
  },
  {
    title: "no such user",
    change: { user: "ann" },
    want: { stage: "user", subject: "ann", errno: ESRCH },
  },
  {
    title: "no such folder",
    change: { cwd: "/x" },
    want: { stage: "cwd", subject: "/x", errno: ENOENT },
  },
])("says what cannot be started: $title", { timeout: 120_000 }, async ({ change, want }) => {
  const program = { ...PROGRAM, argv: ["exit42"], ...change };
  const outcome = await launch({ config: { ...config(), program } }).outcome;
  expect(outcome).toEqual({ kind: "failed", ...want });
});

test("its own code may lie in the guest's root", { timeout: 120_000 }, async () => {
  const layers = [{ path: path.resolve(import.meta.dirname, "../../.."), writable: false }];
  const outcome = await launch({ config: { ...config("nosuch"), layers } }).outcome;
  expect(outcome).toMatchObject({ kind: "failed", stage: "program", errno: ENOENT });
});

test("kill ends a program that does not listen", { timeout: 120_000 }, async () => {
  const sandbox = launch({ config: config("forever") });
  setTimeout(() => sandbox.kill(), 300);
  expect(await sandbox.outcome).toEqual({ kind: "killed" });
});

test("seen from inside, the environment is empty and the permission model is on", async () => {
  const main = path.join(import.meta.dirname, "main.ts");
  const probe = `
    const fs = require("node:fs");
    const may = (call) => { try { call(); return true; } catch (error) { return error.code; } };
    console.log(JSON.stringify({
      env: process.env,
      root: may(() => fs.readdirSync(${JSON.stringify(root)})),
      outside: may(() => fs.readFileSync("/etc/passwd")),
      write: may(() => fs.writeFileSync(${JSON.stringify(path.join(root, "x"))}, "")),
      child: may(() => require("node:child_process").execFileSync("/bin/true")),
      worker: may(() => new (require("node:worker_threads").Worker)("", { eval: true })),
    }));`;
  const child = spawn(process.execPath, [...nodeOptions(main, config("x")), "-e", probe], {
    env: {},
  });
  let out = "";
  child.stdout.on("data", (data) => {
    out += data;
  });
  await once(child, "close");
  const denied = "ERR_ACCESS_DENIED";
  expect(JSON.parse(out)).toEqual({
    env: {},
    root: true,
    outside: denied,
    write: denied,
    child: denied,
    worker: denied,
  });
});

test("without its walls the process does not start anything", { timeout: 120_000 }, async () => {
  const main = path.join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, [main], {
    env: { A: "b" },
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const messages: unknown[] = [];
  const channel = new Channel(child.stdio[3] as Duplex, {
    message: (message) => messages.push(message),
    data: () => {},
    closed: () => {},
  });
  channel.send({ type: "start", config: config("exit42") });
  const [code] = await once(child, "close");
  expect(messages).toEqual([{ type: "log", level: "error", message: expect.any(String) }]);
  const { message } = messages[0] as { message: string };
  expect(message).toContain("permission model is off");
  expect(message).toContain("not empty: A");
  expect(code).toBe(125);
});

test("a sandbox ends with the process that started it", { timeout: 120_000 }, async () => {
  const script = `
    import { launch } from ${JSON.stringify(path.join(import.meta.dirname, "launch.ts"))};
    console.log(launch({ config: ${JSON.stringify(config("forever"))} }).pid);
    setTimeout(() => process.kill(process.pid, "SIGKILL"), 500);`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script]);
  let out = "";
  child.stdout.on("data", (data) => {
    out += data;
  });
  await once(child, "exit");
  const pid = Number(out);
  expect(pid).toBeGreaterThan(1);
  const isThere = (): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  for (let i = 0; i < 100 && isThere(); i++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(isThere()).toBe(false);
});
