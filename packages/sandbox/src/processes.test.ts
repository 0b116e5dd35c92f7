/** Processes that start in a running sandbox, over its channel: programs of this machine's root. */
import { existsSync } from "node:fs";
import { buffer, text } from "node:stream/consumers";
import {
  ENOENT,
  exitStatus,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  SIGKILL,
  SIGTERM,
  signalStatus,
} from "@kernelet/abi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GuestProcess } from "./client/guest-process.ts";
import { SandboxEndedError, type StartError } from "./client/guest-processes.ts";
import { launch, type Sandbox } from "./launch.ts";
import type { SandboxConfig, StdioSpec } from "./protocol.ts";

const TIMEOUT = { timeout: 60_000 };
const STREAMS: StdioSpec = { kind: "streams", hasInput: false };
const WITH_INPUT: StdioSpec = { kind: "streams", hasInput: true };

const CONFIG: SandboxConfig = {
  layers: [{ path: "/", writable: false }],
  volumes: [],
  program: null,
  stdio: STREAMS,
  hostname: "test",
};

const spec = (...argv: string[]) => ({
  argv,
  env: ["PATH=/usr/bin:/bin"],
  cwd: "/",
  isCwdRequired: true,
  user: "0:0",
});
const script = (code: string) => spec("sh", "-c", code);

describe.skipIf(!existsSync("/bin/sh"))("in a sandbox without a first program", () => {
  let sandbox: Sandbox;

  beforeAll(() => {
    sandbox = launch({ config: CONFIG });
  });

  afterAll(async () => {
    sandbox.stop();
    const outcome = await sandbox.outcome;
    if (outcome.kind !== "exited") throw new Error(JSON.stringify(outcome));
    expect(Object.values(outcome.report.kernel.left).every((n) => n === 0)).toBe(true);
  });

  const outputOf = async (process: GuestProcess): Promise<[string, string, number]> =>
    Promise.all([text(process.stdout), text(process.stderr), process.ended]);

  test("streams and status are a process's own", TIMEOUT, async () => {
    const [a, b] = await Promise.all([
      sandbox.run(script("echo a; echo b >&2; exit 3"), STREAMS),
      sandbox.run(script("echo c"), STREAMS),
    ]);
    expect(await outputOf(a)).toEqual(["a\n", "b\n", exitStatus(3)]);
    expect(await outputOf(b)).toEqual(["c\n", "", exitStatus(0)]);
  });

  test("without input, descriptor 0 is /dev/null", TIMEOUT, async () => {
    const process = await sandbox.run(script("readlink /proc/self/fd/0; cat"), STREAMS);
    expect(await outputOf(process)).toEqual(["/dev/null\n", "", exitStatus(0)]);
  });

  test("megabytes go in and come out whole", TIMEOUT, async () => {
    const process = await sandbox.run(spec("cat"), WITH_INPUT);
    const sent = Buffer.alloc(3_000_000, Buffer.from("kernelet 0123456789\n"));
    process.stdin.end(sent);
    const [received, status] = await Promise.all([buffer(process.stdout), process.ended]);
    expect(received.equals(sent)).toBe(true);
    expect(status).toBe(exitStatus(0));
  });

  test("a reader that waits holds up its process and nobody else's", TIMEOUT, async () => {
    const slow = await sandbox.run(spec("yes"), STREAMS);
    const quick = await sandbox.run(script("seq 200000 | tail -n 1"), STREAMS);
    expect(await outputOf(quick)).toEqual(["200000\n", "", exitStatus(0)]);
    expect(slow.stdout.readableLength).toBeLessThan(1_000_000);
    slow.kill(SIGKILL);
    expect(await slow.ended).toBe(signalStatus(SIGKILL));
  });

  test("a signal for a group reaches its children", TIMEOUT, async () => {
    const process = await sandbox.run(script("sleep 1000 & echo ready; wait"), STREAMS);
    const first = await process.stdout[Symbol.asyncIterator]().next();
    expect(String(first.value)).toBe("ready\n");
    process.kill(SIGTERM, true);
    expect(await process.ended).toBe(signalStatus(SIGTERM));
    const left = await sandbox.run(script("pgrep sleep"), STREAMS);
    expect(await outputOf(left)).toEqual(["", "", exitStatus(1)]);
  });

  test("a terminal has a size, a name, keys and a screen", TIMEOUT, async () => {
    const process = await sandbox.run(
      script("tty; stty size; read line; echo got $line; stty size"),
      { kind: "terminal", columns: 90, rows: 30 },
    );
    const screen = process.stdout[Symbol.asyncIterator]();
    let shown = "";
    const show = async (want: string): Promise<void> => {
      while (!shown.endsWith(want)) shown += String((await screen.next()).value);
    };
    await show("30 90\r\n");
    process.resize({ columns: 70, rows: 20 });
    process.stdin.write("hello\r");
    await show("20 70\r\n");
    expect(shown).toBe("/dev/pts/0\r\n30 90\r\nhello\r\ngot hello\r\n20 70\r\n");
    expect(await process.ended).toBe(exitStatus(0));
  });

  test("keys of a terminal are signals", TIMEOUT, async () => {
    const process = await sandbox.run(
      script('trap "echo trapped; exit 5" INT; echo ready; while :; do sleep 0.1; done'),
      { kind: "terminal", columns: 80, rows: 24 },
    );
    await new Promise((resolve) => process.stdout.once("data", resolve));
    process.stdin.write("\x03");
    expect(await process.ended).toBe(exitStatus(5));
  });

  test("what cannot be started is said", TIMEOUT, async () => {
    const failure = async (...argv: string[]) =>
      sandbox.run(spec(...argv), STREAMS).catch((error: StartError) => error.failure);
    expect(await failure("nosuch")).toEqual({ stage: "program", subject: "nosuch", errno: ENOENT });
    expect(await failure("/nosuch")).toMatchObject({ subject: "/nosuch", errno: ENOENT });
  });

  test("files are written and read without a program", TIMEOUT, async () => {
    const path = "/tmp/from-outside";
    const flags = O_WRONLY | O_CREAT | O_TRUNC;
    const { value: handle } = await sandbox.ask("open", { path, flags, mode: 0o600 });
    const bytes = Buffer.from("written from outside\n");
    expect((await sandbox.ask("write", { handle, off: null }, bytes)).value).toBe(bytes.length);
    await sandbox.ask("close", { handle });
    const process = await sandbox.run(script(`cat ${path}; echo more >> ${path}`), STREAMS);
    expect(await outputOf(process)).toEqual(["written from outside\n", "", exitStatus(0)]);
    const { value: again } = await sandbox.ask("open", { path, flags: O_RDONLY, mode: 0 });
    const read = await sandbox.ask("read", { handle: again, len: 1000, off: 13 });
    expect(Buffer.from(read.bytes).toString()).toBe("outside\nmore\n");
    await expect(sandbox.ask("readdir", { path: "/nosuch" })).rejects.toMatchObject({
      name: "GuestError",
      errno: ENOENT,
    });
  });

  test("nothing runs while it is paused", TIMEOUT, async () => {
    const process = await sandbox.run(script("read line; echo $line"), WITH_INPUT);
    await sandbox.ask("pause", null);
    process.stdin.write("hello\n");
    let isEnded = false;
    void process.ended.then(() => {
      isEnded = true;
    });
    expect((await sandbox.ask("stats", null)).value).toMatchObject({ isPaused: true, tasks: 1 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isEnded).toBe(false);
    await sandbox.ask("resume", null);
    expect(await outputOf(process)).toEqual(["hello\n", "", exitStatus(0)]);
  });

  test("all see the same files", TIMEOUT, async () => {
    const writer = await sandbox.run(script("echo shared > /tmp/kernelet-shared"), STREAMS);
    await writer.ended;
    const reader = await sandbox.run(spec("cat", "/tmp/kernelet-shared"), STREAMS);
    expect(await outputOf(reader)).toEqual(["shared\n", "", exitStatus(0)]);
  });
});

describe.skipIf(!existsSync("/bin/sh"))("a first program with streams", () => {
  test("is the first process, and everything ends with it", TIMEOUT, async () => {
    const config = { ...CONFIG, program: script("echo first; cat"), stdio: WITH_INPUT };
    const sandbox = launch({ config });
    const first = await sandbox.first;
    const other = await sandbox.run(spec("sleep", "1000"), STREAMS);
    first.stdin.end("and last\n");
    expect(await text(first.stdout)).toBe("first\nand last\n");
    expect(await first.ended).toBe(exitStatus(0));
    expect(await other.ended).toBe(signalStatus(SIGKILL));
    expect(await sandbox.outcome).toMatchObject({ kind: "exited", status: exitStatus(0) });
    await expect(sandbox.run(spec("true"), STREAMS)).rejects.toThrow(SandboxEndedError);
  });
});
