/** Hooks, traces and watches, over this machine's own root. */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  FileError,
  type FileEvent,
  InvalidArgumentError,
  Sandbox,
  type SystemCall,
  type SystemCallRecord,
} from "./index.ts";

describe.skipIf(!existsSync("/bin/sh"))("observing a sandbox", { timeout: 120_000 }, () => {
  let sb: Sandbox;
  const logged: string[] = [];

  beforeAll(async () => {
    sb = await Sandbox.create({
      rootfs: "/",
      memory: "1g",
      onLog: (level, message) => logged.push(`${level}: ${message}`),
    });
    await sb.exec(
      "mkdir /observed && echo secret > /observed/secret && echo plain > /observed/plain",
    );
  }, 60_000);

  afterAll(async () => {
    const report = await sb.stop();
    expect(Object.values(report?.kernel.left ?? { nothing: 1 }).every((n) => n === 0)).toBe(true);
  });

  test("a hook denies, fails and delays calls by what it is told of them", async () => {
    const seen: SystemCall[] = [];
    await using _hook = await sb.on(["openat", "unlinkat"], (call) => {
      if (!call.paths.some((path) => path.startsWith("/observed/"))) return;
      seen.push(call);
      if (call.name === "unlinkat") return { errno: "EROFS" };
      return call.paths.includes("/observed/secret") ? "deny" : { delayMs: 20 };
    });
    const { stdout, stderr } = await sb.exec("cd observed; cat secret plain; rm plain; ls", {
      cwd: "/",
    });
    expect(stdout).toBe("plain\nplain\nsecret\n");
    expect(stderr).toBe(
      "cat: secret: Operation not permitted\nrm: cannot remove 'plain': Read-only file system\n",
    );
    const [first] = seen;
    expect(first).toMatchObject({ name: "openat", comm: "cat", paths: ["/observed/secret"] });
    expect(first?.args).toEqual(
      ["AT_FDCWD", '"secret"', "O_RDONLY", expect.any(String)].slice(0, first?.args.length),
    );
  });

  test("several hooks must all allow; an ended one is not asked", async () => {
    const asked: string[] = [];
    const first = await sb.on("mkdir", () => {
      asked.push("first");
    });
    const second = await sb.on("mkdir", async () => {
      asked.push("second");
      return { errno: "ENOSPC" };
    });
    expect((await sb.exec("mkdir", ["/observed/d"])).stderr).toContain("No space left");
    await second.end();
    expect((await sb.exec("mkdir", ["/observed/d"])).exitCode).toBe(0);
    await first.end();
    await sb.exec("rmdir", ["/observed/d"]);
    expect(asked).toEqual(["first", "second", "first"]);
  });

  test("a hook that throws denies, and says so", async () => {
    await using _hook = await sb.on("mkdir", () => {
      throw new Error("thrown on purpose");
    });
    expect((await sb.exec("mkdir", ["/observed/d"])).stderr).toContain("not permitted");
    expect(logged.at(-1)).toContain("thrown on purpose");
  });

  test("an address is shown to a hook", async () => {
    const python = existsSync("/usr/bin/python3");
    if (!python) return;
    const asked: unknown[] = [];
    await using _hook = await sb.on("connect", ({ address }) => {
      asked.push(address);
      return { errno: "ECONNREFUSED" };
    });
    const script = `import socket
for family, to in (socket.AF_INET, ("127.0.0.1", 81)), (socket.AF_INET6, ("::1", 82)), (socket.AF_UNIX, "\\0abstract"):
    try: socket.socket(family).connect(to)
    except ConnectionRefusedError: print("refused")`;
    expect((await sb.exec("python3", ["-c", script])).stdout).toBe("refused\n".repeat(3));
    expect(asked).toEqual([
      { family: "inet", host: "127.0.0.1", port: 81 },
      { family: "inet6", host: "::1", port: 82 },
      { family: "unix", path: "@abstract" },
    ]);
  });

  test("a program that waits for a verdict can be killed", async () => {
    await using _hook = await sb.on("mkdir", () => new Promise<never>(() => {}));
    const { signal } = await sb.exec("timeout", ["-s", "KILL", "0.3", "mkdir", "/observed/d"]);
    expect(signal ?? "SIGKILL").toBe("SIGKILL");
    expect((await sb.exec("ls /observed")).stdout).toBe("plain\nsecret\n");
  });

  test("names that are no calls are refused", async () => {
    await expect(sb.on("opnat", () => {})).rejects.toThrow(InvalidArgumentError);
    await expect(sb.trace("%nonsense").next()).rejects.toThrow(InvalidArgumentError);
  });

  test("a trace gives calls as data", async () => {
    const records: SystemCallRecord[] = [];
    const trace = sb.trace("openat,exit_group");
    await sb.exec("cat", ["/observed/plain", "/observed/missing"]);
    for await (const record of trace) {
      records.push(record);
      if (record.name === "exit_group") break;
    }
    const opened = records.filter(({ paths }) => paths[0]?.startsWith("/observed/"));
    expect(opened.map(({ paths, errno }) => [paths[0], errno])).toEqual([
      ["/observed/plain", null],
      ["/observed/missing", "ENOENT"],
    ]);
    expect(opened[0]?.result).toBeGreaterThanOrEqual(3);
    expect(opened[0]?.durationNs).toBeGreaterThan(0);
    expect(records.at(-1)).toMatchObject({ name: "exit_group", args: ["1"], result: null });
    expect(trace.lost).toBe(0);
  });

  test("a directory is watched, and on request all below", async () => {
    await sb.fs.mkdir("/observed/tree/a", { recursive: true });
    const flat = sb.fs.watch("/observed/tree");
    const deep = sb.fs.watch("/observed/tree", { recursive: true });
    await sb.exec(
      "cd /observed/tree; echo x > a/f; mkdir -p b/c; echo y > b/c/g; mv b d; echo z > d/c/g; rm -r a; echo > end",
    );
    const until = async (watch: AsyncIterable<FileEvent>): Promise<string[]> => {
      const names: string[] = [];
      for await (const { eventType, filename } of watch) {
        if (filename === "end") break;
        const event = `${eventType} ${filename}`;
        if (names.at(-1) !== event) names.push(event);
      }
      return names;
    };
    expect(await until(flat)).toEqual(["rename b", "rename d", "rename a"]);
    const below = await until(deep);
    expect(below).toContain("rename a/f");
    expect(below).toContain("rename d");
    expect(below).toContain("change d/c/g");
    expect(below.at(-1)).toBe("rename a");
    await sb.fs.rm("/observed/tree", { recursive: true });
  });

  test("a watch of a file ends with it; one of nothing fails", async () => {
    const watch = sb.fs.watch("/observed/plain");
    await sb.exec("echo more >> /observed/plain; rm /observed/plain");
    const events: FileEvent[] = [];
    for await (const event of watch) events.push(event);
    expect(events[0]).toEqual({ eventType: "change", filename: "plain" });
    expect(events.at(-1)).toEqual({ eventType: "rename", filename: "plain" });
    await expect(sb.fs.watch("/observed/plain").next()).rejects.toThrow(FileError);
  });

  test("an aborted watch throws the reason", async () => {
    const abort = new AbortController();
    const watch = sb.fs.watch("/observed", { signal: abort.signal });
    setTimeout(() => abort.abort(new Error("enough")), 50);
    await expect(watch.next()).rejects.toThrow("enough");
  });
});
