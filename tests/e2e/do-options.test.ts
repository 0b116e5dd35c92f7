import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useFolder } from "./folder.ts";
import { needHost, which } from "./needs.ts";
import { kernelet, LAUNCHER, run } from "./run.ts";

const folder = useFolder();

async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await kernelet(["do", ...args], { cwd: folder.path });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

describe("kernelet do", () => {
  test("-e sets, and only little of the caller's environment goes in", async () => {
    const options = { env: { SECRET: "s", PASSED: "p" } };
    const args = ["do", "-e", "A=b c", "-e", "PASSED", "--", "env"];
    const { stdout } = await kernelet(args, options);
    const names = stdout.trim().split("\n");
    expect(names).toEqual(expect.arrayContaining(["A=b c", "PASSED=p", "HOME=/tmp", "TZ=UTC"]));
    expect(stdout).not.toContain("SECRET");
    expect(stdout).not.toMatch(/NODE|KERNELET/);
  });

  test("-w says where, else it is the caller's folder", async () => {
    expect(await succeed("-w", "/usr", "--", "pwd")).toBe("/usr\n");
    expect(await succeed("--", "pwd")).toBe(`${folder.path}\n`);
  });

  test("-w that is not there is said", async () => {
    const { code, stderr } = await kernelet(["do", "-w", "/nosuch", "--", "pwd"]);
    expect(code).toBe(125);
    expect(stderr).toMatch(/^kernelet: [^\n]*\/nosuch[^\n]*\n$/);
  });

  test("-u takes names of the root's, and numbers", async () => {
    expect(await succeed("-u", "nobody", "--", "id", "-un")).toBe("nobody\n");
    expect(await succeed("-u", "12:34", "--", "sh", "-c", "id -u; id -g")).toBe("12\n34\n");
    expect(await succeed("-u", "nobody:daemon", "--", "id", "-gn")).toBe("daemon\n");
    const { code, stderr } = await kernelet(["do", "-u", "nosuchuser", "--", "id"]);
    expect(code).toBe(125);
    expect(stderr).toMatch(/^kernelet: [^\n]*nosuchuser[^\n]*\n$/);
  });

  test("--hostname, and a kernel that is not the host's", async () => {
    expect(await succeed("--hostname", "box", "--", "uname", "-n")).toBe("box\n");
    const seen = await succeed("--", "sh", "-c", "uname -r; cat /proc/version");
    expect(seen).toMatch(/kernelet/i);
    expect(seen).not.toContain(release());
  });

  test("-v shows a folder, read-only unless rw", async () => {
    const shared = join(folder.path, "shared");
    mkdirSync(shared);
    writeFileSync(join(shared, "in"), "from the host\n");
    expect(await succeed("-v", `${shared}:/mnt`, "--", "cat", "/mnt/in")).toBe("from the host\n");

    const refused = ["do", "-v", "./shared:/mnt", "--", "sh", "-c", "echo x > /mnt/out"];
    const { code, stderr } = await kernelet(refused, { cwd: folder.path });
    expect(code).not.toBe(0);
    expect(stderr).toContain("Read-only file system");

    const write =
      "echo out > /mnt/out && mkdir /mnt/d && mv /mnt/in /mnt/d && rm /mnt/d/in && ls /mnt";
    expect(await succeed("-v", `${shared}:/mnt:rw`, "--", "sh", "-c", write)).toBe("d\nout\n");
    expect(readFileSync(join(shared, "out"), "utf8")).toBe("out\n");
    expect(existsSync(join(shared, "in"))).toBe(false);
  });

  test("what it writes into the root is gone at the end", async () => {
    const path = join(folder.path, "written");
    expect(await succeed("--", "sh", "-c", `echo x > '${path}'; cat '${path}'`)).toBe("x\n");
    expect(existsSync(path)).toBe(false);
  });

  test("--rootfs is another root", async (context) => {
    needHost(context, "busybox");
    const root = join(folder.path, "root");
    mkdirSync(join(root, "bin"), { recursive: true });
    writeFileSync(join(root, "bin/busybox"), readFileSync("/bin/busybox"), { mode: 0o755 });
    const listing = await succeed(
      "--rootfs",
      root,
      "--",
      "busybox",
      "sh",
      "-c",
      "pwd; busybox ls /",
    );
    expect(listing).toMatch(/^\/\nbin\n/);
    expect(listing).not.toContain("usr");
  });

  test("--timeout ends a sleeper and a spinner with 124", async () => {
    for (const script of ["sleep 60", "while :; do :; done"]) {
      const before = Date.now();
      const { code, stderr } = await kernelet(["do", "--timeout", "1s", "--", "sh", "-c", script]);
      expect(code).toBe(124);
      expect(stderr).toMatch(/^kernelet: [^\n]+\n$/);
      expect(Date.now() - before).toBeLessThan(20_000);
    }
  });

  test("--memory ends what takes more", async (context) => {
    needHost(context, "perl");
    const args = ["do", "--memory", "64m", "--", "perl", "-e", "$x = 'a' x 3e8; print length $x"];
    const { code, stdout } = await kernelet(args);
    expect(code).not.toBe(0);
    expect(code).not.toBe(125);
    expect(stdout).toBe("");
  });

  test("--trace prints system calls as strace does", async () => {
    const { code, stdout, stderr } = await kernelet([
      "do",
      "--trace",
      "--",
      "cat",
      "/etc/hostname",
    ]);
    expect(code).toBe(0);
    expect(stdout).toBe(readFileSync("/etc/hostname", "latin1"));
    expect(stderr).toMatch(/^openat\(AT_FDCWD, "\/etc\/hostname", O_RDONLY\) += 3$/m);
    expect(stderr).toMatch(/^read\(3, ".*\\n", \d+\) += \d+$/m);
    expect(stderr).toMatch(/^exit_group\(0\) += \?$/m);
  });

  test("--trace=set prints those only, into a file if told to", async () => {
    const file = join(folder.path, "trace");
    const args = ["--trace=openat,%memory", "--trace-file", file, "--", "cat", "/etc/hostname"];
    await succeed(...args);
    const calls = [...readFileSync(file, "latin1").matchAll(/^(\w+)\(/gm)];
    const names = new Set(calls.map((match) => match[1]));
    expect(names).toContain("openat");
    expect(names).toContain("mmap");
    expect(names).not.toContain("read");
    expect(names).not.toContain("execve");
  });

  test("an unknown name in --trace is said", async () => {
    const { code, stderr } = await kernelet(["do", "--trace=nosuchcall", "--", "true"]);
    expect(code).toBe(125);
    expect(stderr).toMatch(/^kernelet: [^\n]*nosuchcall[^\n]*\n$/);
  });

  test("--report says what was asked of the kernel and what reached the host", async () => {
    const text = await kernelet(["do", "--report", "--", "cat", "/etc/hostname"]);
    expect(text.stderr).toMatch(/system calls/);
    expect(text.stderr).toMatch(/openat/);
    const json = await kernelet(["do", "--report=json", "--", "cat", "/etc/hostname"]);
    expect(JSON.parse(json.stderr)).toBeTypeOf("object");
    expect(json.stdout).toBe(readFileSync("/etc/hostname", "latin1"));
  });

  test("an exit code passes through an older Node's launcher too", async (context) => {
    needHost(context, "node");
    const node = which("node") as string;
    const { stdout } = await run(node, ["--version"]);
    if (Number.parseInt(stdout.slice(1), 10) >= 24) context.skip("the system's Node is new enough");
    const { code } = await run(node, [LAUNCHER, "do", "--", "sh", "-c", "exit 9"]);
    expect(code).toBe(9);
  });
});

describe("signals reach the program", () => {
  const TRAP = 'trap "echo got; exit 3" TERM INT HUP; echo ready; while :; do sleep 0.05; done';
  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s", async (signal) => {
    let isSent = false;
    const { code, stdout } = await kernelet(["do", "--", "sh", "-c", TRAP], {
      onOutput: (output, child) => {
        if (output.includes("ready") && !isSent) isSent = child.kill(signal);
      },
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "ready\ngot\n" });
  });

  test.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
    ["SIGQUIT", 131],
  ] as const)("%s ends one that does not mind it", async (signal, want) => {
    let isSent = false;
    const { code } = await kernelet(["do", "--", "sh", "-c", "echo ready; exec sleep 60"], {
      onOutput: (_, child) => {
        if (isSent) return;
        isSent = true;
        setTimeout(() => child.kill(signal), 500);
      },
    });
    expect(code).toBe(want);
  });

  test("the reader of its output going away is SIGPIPE", async () => {
    const pipe = `'${process.execPath}' '${LAUNCHER}' do -- yes | head -n 2`;
    const { code, stdout } = await run("bash", [
      "-c",
      `set -o pipefail; ${pipe}; echo \${PIPESTATUS[0]}`,
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "y\ny\n141\n" });
  });
});
