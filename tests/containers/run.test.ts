/** `kernelet run` in the foreground: what goes in, what comes out, and nothing left. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { useStore } from "./store.ts";

const store = useStore();

const containers = (): string[] =>
  readdirSync(join(store.root, "containers")).filter((name) => /^[0-9a-f]{64}$/.test(name));

test("streams, environment, user, folder and exit code are the program's", async (context) => {
  store.need(context);
  const script =
    'cat; echo "$A-$HOME-$HOSTNAME"; id -u; pwd; hostname; cat /etc/hostname; echo no >&2; exit 7';
  const options = ["--rm", "-i", "-e", "A=b", "-u", "user", "-w", "/made/here", "-h", "box"];
  const outcome = await store.run(["run", ...options, "bb", "sh", "-c", script], { input: "in\n" });
  expect(outcome).toEqual({
    stdout: "in\nb-/home/user-box\n1000\n/made/here\nbox\nbox\n",
    stderr: "no\n",
    code: 7,
  });
  expect(containers()).toEqual([]);
});

test.for([
  { title: "is not there", program: "nosuch", code: 127, line: /nosuch: not found/ },
  { title: "cannot be run", program: "/etc/passwd", code: 126, line: /permission denied/ },
])("a program that $title", async ({ program, code, line }, context) => {
  store.need(context);
  const outcome = await store.run(["run", "--rm", "bb", program]);
  expect(outcome.code).toBe(code);
  expect(outcome.stderr).toMatch(line);
  expect(outcome.stderr.trim().split("\n").length).toBe(1);
  expect(containers()).toEqual([]);
});

test.for([
  { args: ["--nosuch", "bb"], line: /--nosuch/ },
  { args: ["-v", "/nosuch:/x", "bb"], line: /\/nosuch: no such file or folder/ },
  { args: ["-m", "much", "bb"], line: /'much' is not a size/ },
  { args: ["-p", "80:x", "bb"], line: /not \[\[ip:\]host:\]guest/ },
  { args: ["--network", "mine", "bb"], line: /'mine' is none of/ },
  { args: ["--cap-add", "fly", "bb"], line: /'fly' is no capability/ },
  { args: ["--ulimit", "hair=3", "bb"], line: /'hair' is none of/ },
  { args: ["--name", "a/b", "bb"], line: /no container name/ },
  { args: ["--rm", "--restart", "always", "bb"], line: /--rm/ },
  { args: ["--pull", "never", "nosuch"], line: /image 'nosuch' is not here/ },
])("bad input is one line: $args", async ({ args, line }, context) => {
  store.need(context);
  const outcome = await store.run(["run", ...args]);
  expect(outcome).toMatchObject({ code: 125, stdout: "" });
  expect(outcome.stderr).toMatch(line);
  expect(outcome.stderr.trim().split("\n").length).toBe(1);
  expect(containers()).toEqual([]);
});

test("a root that is only read, a folder in memory, limits and capabilities", async (context) => {
  store.need(context);
  const script =
    "echo x > /tmp/x; echo $?; echo x > /run/x && cat /run/x; ulimit -n; mount -t tmpfs none /tmp; echo $?";
  const options = ["--rm", "--read-only", "--tmpfs", "/run:size=1m", "--ulimit", "nofile=77"];
  const outcome = await store.run(["run", ...options, "bb", "sh", "-c", `${script} 2>/dev/null`]);
  expect(outcome.stdout).toBe("1\nx\n77\n1\n");
});

test("a program that is killed for its memory says so", async (context) => {
  store.need(context);
  const script = "x=$(yes | head -c 100000000); echo all";
  const outcome = await store.run(["run", "--rm", "-m", "32m", "bb", "sh", "-c", script]);
  expect(outcome).toMatchObject({ code: 137, stdout: "" });
  expect(outcome.stderr).toMatch(/Out of memory/);
});

test("an image that a container is made of stays, unless it is forced", async (context) => {
  store.need(context);
  await store.run(["tag", "bb", "used:1"]);
  await store.run(["create", "--name", "user", "bb"]);
  expect((await store.run(["rmi", "used:1"])).code).toBe(0);
  const refused = await store.run(["rmi", "bb"]);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toMatch(/image 'bb:latest' is used by the container user; -f/);
  expect((await store.run(["inspect", "-f", "{{.Name}}", "user"])).stdout).toContain("user");
  expect((await store.run(["rm", "user"])).code).toBe(0);
});

test("what is not there is named, and the rest is shown", async (context) => {
  store.need(context);
  const outcome = await store.run(["inspect", "-f", "{{.Os}}", "nosuch", "bb"]);
  expect(outcome).toEqual({
    code: 1,
    stdout: "linux\n",
    stderr: "kernelet: no such container, image or volume: 'nosuch'\n",
  });
});

/** Processor time of a process of the host's, in ms. */
function usedMs(pid: string): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

test("one with a share of a processor uses no more, whether it pauses or not", async (context) => {
  store.need(context);
  const script = "while :; do for i in 1 2 3 4 5 6 7 8 9; do :; done; sleep 0.0001; done";
  for (const line of [script, "while :; do :; done"]) {
    const args = ["run", "-d", "--name", "share", "--cpus", "0.2", "bb", "sh", "-c", line];
    expect((await store.run(args)).code).toBe(0);
    const pid = (await store.run(["inspect", "-f", "{{.State.Pid}}", "share"])).stdout.trim();
    const [used, at] = [usedMs(pid), performance.now()];
    await sleep(1500);
    const wallMs = performance.now() - at;
    // Beside its share it may use what it has saved, and V8 compiles in threads of its own. Without a limit it is all of it.
    expect(usedMs(pid) - used).toBeLessThan(0.6 * wallMs);
    expect((await store.run(["rm", "-f", "share"])).code).toBe(0);
  }
});
