/** The SDK over this machine's own root. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ExecFailedError,
  ExitError,
  InvalidArgumentError,
  Sandbox,
  SandboxStoppedError,
  TimeoutError,
} from "./index.ts";

describe.skipIf(!existsSync("/bin/sh"))("a sandbox", { timeout: 120_000 }, () => {
  let sb: Sandbox;
  let shared: string;

  beforeAll(async () => {
    shared = mkdtempSync(join(tmpdir(), "sdk-"));
    mkdirSync(join(shared, "in"));
    writeFileSync(join(shared, "in/a"), "from the host\n");
    sb = await Sandbox.create({
      rootfs: "/",
      name: "test",
      env: { GREETING: "hello" },
      cwd: "/tmp",
      memory: "1g",
      mounts: [{ source: shared, target: "/mnt/shared", writable: true }],
    });
  }, 60_000);

  afterAll(async () => {
    const report = await sb.stop();
    expect(Object.values(report?.kernel.left ?? { nothing: 1 }).every((n) => n === 0)).toBe(true);
    rmSync(shared, { recursive: true });
  });

  test("runs programs and command lines, and failing is a result", async () => {
    expect(await sb.exec("echo", ["a  b", "$HOME"])).toMatchObject({
      exitCode: 0,
      signal: null,
      stdout: "a  b $HOME\n",
      stderr: "",
      truncated: false,
    });
    const failed = await sb.exec("echo $GREETING; pwd; echo no >&2; exit 3");
    expect(failed).toMatchObject({ exitCode: 3, stdout: "hello\n/tmp\n", stderr: "no\n" });
    expect(await sb.exec("kill -9 $$")).toMatchObject({ exitCode: 137, signal: "SIGKILL" });
  });

  test("options change who, where and with what a program runs", async () => {
    const options = { cwd: "/usr", user: "1:1", env: { GREETING: undefined, X: "y" } };
    const { stdout } = await sb.exec("pwd; id -u; id -g; echo $GREETING-$X", options);
    expect(stdout).toBe("/usr\n1\n1\n-y\n");
  });

  test("templates quote what they are given", async () => {
    const name = "it's; a $(name)";
    expect((await sb.sh`printf '%s|' ${name} ${["b c", 4]}`).stdout).toBe(`${name}|b c|4|`);
  });

  test("input comes from text, bytes, streams and iterators", async () => {
    const parts = async function* () {
      yield "one ";
      yield new TextEncoder().encode("two");
    };
    const inputs = [
      "text",
      new TextEncoder().encode("bytes"),
      new Blob(["blob"]).stream(),
      parts(),
    ];
    const outputs = await Promise.all(inputs.map((stdin) => sb.exec("cat", [], { stdin })));
    expect(outputs.map(({ stdout }) => stdout)).toEqual(["text", "bytes", "blob", "one two"]);
    expect((await sb.exec("cat", [])).stdout).toBe("");
  });

  test("a handle streams", async () => {
    await using cat = sb.spawn("cat", []);
    expect(await cat.started).toBeGreaterThan(1);
    await cat.write("abc");
    const reader = cat.stdout.getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe("abc");
    await cat.closeStdin();
    expect((await reader.read()).done).toBe(true);
    expect(await cat).toMatchObject({ exitCode: 0, stdout: "" });
  });

  test("events come in order", async () => {
    const seen: string[] = [];
    for await (const event of sb.spawn("echo out; sleep 0.3; echo err >&2; exit 2")) {
      seen.push(event.type === "exit" ? `exit ${event.exitCode}` : String(Buffer.from(event.data)));
    }
    expect(seen).toEqual(["out\n", "err\n", "exit 2"]);
  });

  test("a terminal is one inside", async () => {
    const { stdout } = await sb.exec("test -t 0 && test -t 1 && stty size", {
      tty: { columns: 99, rows: 33 },
    });
    expect(stdout).toBe("33 99\r\n");
  });

  test("a time limit kills the whole group", async () => {
    const running = sb.exec("echo begun; sleep 1234 & sleep 1234", { timeoutMs: 1_000 });
    const error = await running.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as TimeoutError).result).toMatchObject({ stdout: "begun\n", signal: "SIGKILL" });
    expect((await sb.exec("pgrep", ["-f", "sleep 1234"])).exitCode).toBe(1);
  });

  test("an abort kills, with its reason", async () => {
    const abort = new AbortController();
    const running = sb.exec("sleep", ["1000"], { signal: abort.signal });
    setTimeout(() => abort.abort(new Error("enough")), 200);
    await expect(running).rejects.toThrow("enough");
    await expect(sb.exec("true", [], { signal: abort.signal })).rejects.toThrow("enough");
  });

  test("every call takes a signal", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    const calls: (() => Promise<unknown>)[] = [
      () => sb.stats({ signal }),
      () => sb.report({ signal }),
      () => sb.pause({ signal }),
      () => sb.resume({ signal }),
      () => sb.on("openat", () => "allow", { signal }),
      () => sb.trace("openat", { signal }).next(),
      () => sb.fs.with({ signal }).stat("/"),
      () => sb.fs.watch("/tmp", { signal }).next(),
      () => sb.ports.list({ signal }),
      () => sb.ports.expose(1, { signal }),
      () => sb.ports.fetch(1, "/", { signal }),
      () => sb.network.policy({ signal }),
      () => sb.network.update({}, { signal }),
      () => sb.stop({ signal }),
      () => Sandbox.get("nosuch", { signal }),
      () => Sandbox.list({ signal }),
      () => Sandbox.create({ rootfs: "/", signal }),
      () => sb.spawn("true", [], { signal }).wait(),
      () => sb.sh({ signal })`true`.wait(),
    ];
    for (const call of calls) await expect(call(), call.toString()).rejects.toThrow("enough");
    expect(sb.state).toBe("running");
    expect(await sb.sh({ env: { A: "b" }, check: true })`echo $A ${"c d"}`).toMatchObject({
      stdout: "b c d\n",
    });
  });

  test("what is kept of output has a bound", async () => {
    const { stdout, truncated } = await sb.exec("yes | head -c 1000000", { maxOutputBytes: 10 });
    expect(stdout).toBe("y\n".repeat(5));
    expect(truncated).toBe(true);
  });

  test("a program that cannot start says why, and check makes failing an error", async () => {
    const failed = await sb.exec("nosuch", []).catch((reason: unknown) => reason);
    expect(failed).toBeInstanceOf(ExecFailedError);
    const context = { kind: "NotFound", subject: "nosuch", errno: "ENOENT" };
    expect(failed).toMatchObject({ code: "EXEC_FAILED", context });
    const badFolder = { cwd: "/nosuch" };
    await expect(sb.exec("true", [], badFolder)).rejects.toMatchObject({
      context: { kind: "BadCwd" },
    });
    await expect(sb.exec("false", [], { check: true })).rejects.toBeInstanceOf(ExitError);
    expect(() => sb.exec("true", [], { cwd: "relative" })).toThrow(InvalidArgumentError);
  });

  test("files are as node:fs has them", async () => {
    const { fs } = sb;
    await fs.mkdir("/tmp/sdk-files/a/b", { recursive: true });
    await fs.writeFile("/tmp/sdk-files/a/b/file", "line\n", { mode: 0o600 });
    await fs.appendFile("/tmp/sdk-files/a/b/file", new TextEncoder().encode("more\n"));
    expect(await fs.readFile("/tmp/sdk-files/a/b/file", "utf8")).toBe("line\nmore\n");
    await fs.symlink("b/file", "/tmp/sdk-files/a/link");
    expect(await fs.readlink("/tmp/sdk-files/a/link")).toBe("b/file");
    expect(await fs.realpath("/tmp/sdk-files/a/link")).toBe("/tmp/sdk-files/a/b/file");
    expect((await fs.lstat("/tmp/sdk-files/a/link")).isSymbolicLink()).toBe(true);
    const stat = await fs.stat("/tmp/sdk-files/a/link");
    expect([stat.isFile(), stat.size, stat.mode & 0o777]).toEqual([true, 10, 0o600]);
    await fs.chmod("/tmp/sdk-files/a/b/file", 0o640);
    await fs.chown("/tmp/sdk-files/a/b/file", 5, 6);
    await fs.utimes("/tmp/sdk-files/a/b/file", 1, new Date(2_000));
    expect(await fs.stat("/tmp/sdk-files/a/b/file")).toMatchObject({
      uid: 5,
      gid: 6,
      atimeMs: 1000,
      mtimeMs: 2000,
    });
    await fs.copyFile("/tmp/sdk-files/a/b/file", "/tmp/sdk-files/copy");
    await fs.rename("/tmp/sdk-files/copy", "/tmp/sdk-files/moved");
    expect((await fs.readdir("/tmp/sdk-files")).sort()).toEqual(["a", "moved"]);
    expect((await fs.readdir("/tmp/sdk-files", { recursive: true })).sort()).toEqual([
      "a",
      "a/b",
      "a/b/file",
      "a/link",
      "moved",
    ]);
    expect((await sb.exec("cat", ["/tmp/sdk-files/moved"])).stdout).toBe("line\nmore\n");
    await fs.rm("/tmp/sdk-files", { recursive: true });
    expect(await fs.exists("/tmp/sdk-files")).toBe(false);
    await expect(fs.readFile("/tmp/sdk-files/x", "utf8")).rejects.toMatchObject({
      code: "ENOENT",
      errno: -2,
      syscall: "open",
      path: "/tmp/sdk-files/x",
    });
    await expect(fs.rm("/nosuch")).rejects.toMatchObject({ code: "ENOENT" });
    await fs.rm("/nosuch", { force: true });
  });

  test("large files go in and out", async () => {
    const bytes = Buffer.alloc(3_000_000, "0123456789abcdef");
    await sb.fs.writeFile("/tmp/large", bytes);
    expect(bytes.equals(await sb.fs.readFile("/tmp/large"))).toBe(true);
    expect((await sb.exec("wc -c < /tmp/large")).stdout.trim()).toBe("3000000");
    const part = sb.fs.createReadStream("/tmp/large", { start: 10, end: 19 });
    expect(await new Response(part).text()).toBe("abcdef0123");
  });

  test("mounts are the host's folders", async () => {
    expect((await sb.exec("cat in/a; echo back > out", { cwd: "/mnt/shared" })).stdout).toBe(
      "from the host\n",
    );
    expect(readFileSync(join(shared, "out"), "utf8")).toBe("back\n");
  });

  test("pauses, counts and reports", async () => {
    await sb.pause();
    expect(sb.state).toBe("paused");
    let isDone = false;
    const running = sb.exec("true", []).then(() => {
      isDone = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(isDone).toBe(false);
    await sb.resume();
    await running;
    expect(await sb.stats()).toMatchObject({
      isPaused: false,
      tasks: 0,
      memoryLimitBytes: 2 ** 30,
    });
    const { host, kernel } = await sb.report();
    expect(host.sockets).toBe(0);
    expect(kernel.programs).toBeGreaterThan(1);
  });

  test("is found by name and id", async () => {
    expect(await Sandbox.get("test", { root: shared })).toBe(sb);
    expect(await Sandbox.get(sb.id)).toBe(sb);
    expect(await Sandbox.list({ root: shared })).toContain(sb);
    await expect(Sandbox.create({ rootfs: "/", name: "test" })).rejects.toBeInstanceOf(
      InvalidArgumentError,
    );
  });
});

test.skipIf(!existsSync("/bin/sh"))(
  "what is asked of a sandbox that has ended is an error",
  { timeout: 60_000 },
  async () => {
    const sb = await Sandbox.create({ rootfs: "/" });
    const running = sb.exec("sleep", ["1000"]).catch((reason: unknown) => reason);
    await sb.fs.exists("/");
    await sb.kill();
    expect(await running).toBeInstanceOf(SandboxStoppedError);
    expect(sb.state).toBe("stopped");
    await expect(sb.exec("true", [])).rejects.toMatchObject({ code: "SANDBOX_ENDED" });
    await expect(sb.fs.readdir("/")).rejects.toBeInstanceOf(SandboxStoppedError);
    const root = mkdtempSync(join(tmpdir(), "sdk-"));
    expect(await Sandbox.get(sb.id, { root })).toBeUndefined();
    rmSync(root, { recursive: true });
  },
);

test.each([
  { argument: "rootfs", options: { rootfs: "/nosuch" } },
  { argument: "memory", options: { rootfs: "/", memory: "much" } },
  { argument: "name", options: { rootfs: "/", name: "a b" } },
  { argument: "mounts", options: { rootfs: "/", mounts: [{ source: "/", target: "x" }] } },
])("refuses a wrong $argument", async ({ argument, options }) => {
  await expect(Sandbox.create(options)).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    context: { argument },
  });
});
