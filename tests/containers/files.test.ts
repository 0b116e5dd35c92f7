/** What is written in a container: kept from run to run, copied in and out, listed. */
import { linkSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LAUNCHER, run } from "../e2e/run.ts";
import { useStore } from "./store.ts";

const store = useStore();

const WRITES = `
cat /etc/new 2>/dev/null; echo line >> /etc/new
[ -e /kept ] || { mkdir -p /kept/in; echo both > /kept/a; ln /kept/a /kept/b; ln -s a /kept/c; truncate -s 100M /kept/holes; }
rm -f /etc/gone; [ -e /home ] && mv /home /moved; chmod 700 /root
cat /kept/b; ls /moved; stat -c '%h %a' /kept/a; stat -c %a /root; stat -c '%s %b' /kept/holes; ls /etc`;

test("what was written is there when it is started again, and is listed", async (context) => {
  store.need(context);
  await store.run(["create", "--name", "again", "bb", "sh", "-c", WRITES]);
  const etc = ["group", "hostname", "hosts", "kept", "new", "passwd", "resolv.conf"];
  const rest = ["both", "user", "2 644", "700", "104857600 0", ...etc];
  for (let i = 0; i < 3; i++) {
    const { stdout, stderr } = await store.run(["start", "-a", "again"]);
    expect(stderr).toBe("");
    const before = Array.from({ length: i }, () => "line");
    expect(stdout.trimEnd().split("\n")).toEqual([...before, ...rest]);
  }
  expect((await store.run(["diff", "again"])).stdout.split("\n")).toEqual(
    expect.arrayContaining([
      ...["A /etc/new", "D /etc/gone", "A /kept/a", "A /kept/b", "D /home", "A /moved/user"],
      ...["C /root", "C /etc"],
    ]),
  );
});

test("files and folders are copied, whether it runs or not", async (context) => {
  store.need(context);
  const here = join(store.folder, "copied");
  mkdirSync(join(here, "in/sub"), { recursive: true });
  writeFileSync(join(here, "in/file"), "content\n", { mode: 0o640 });
  writeFileSync(join(here, "in/sub/large"), Buffer.alloc(700_000, "x"));
  symlinkSync("file", join(here, "in/link"));
  await store.run(["create", "--name", "copy", "bb", "sh", "-c", "cat /in/link; sleep 1000"]);
  const cp = (...args: string[]) => store.run(["cp", ...args], { cwd: here });
  // A folder takes the target's name if that is not there, and its own in one that is.
  expect((await cp("in", "copy:/in")).code).toBe(0);
  expect((await cp("in", "copy:/tmp")).code).toBe(0);
  await store.run(["start", "copy"]);
  const { stdout } = await store.run(["exec", "copy", "ls", "/tmp/in"]);
  expect(stdout).toBe("file\nlink\nsub\n");
  expect((await cp("copy:/in", "out")).code).toBe(0);
  expect(readFileSync(join(here, "out/sub/large")).length).toBe(700_000);
  expect(lstatSync(join(here, "out/link")).isSymbolicLink()).toBe(true);
  expect(lstatSync(join(here, "out/file")).mode & 0o777).toBe(0o640);
  expect(await cp("copy:/in/.", "copy:/x")).toMatchObject({ code: 125 });
  expect(await cp("copy:/nosuch", ".")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no such file"),
  });
  expect((await store.run(["logs", "copy"])).stdout).toBe("content\n");
  await store.run(["rm", "-f", "copy"]);
});

test("folders of the host's and named volumes", async (context) => {
  store.need(context);
  const shared = join(store.folder, "shared");
  mkdirSync(shared);
  writeFileSync(join(shared, "a"), "host\n");
  const mounts = ["-v", `${shared}:/bind:ro`, "--mount", "type=volume,src=data,dst=/data"];
  const script = "cat /bind/a; echo no > /bind/b; cat /data/x; echo kept > /data/x";
  const run = () =>
    store.run(["run", "--rm", ...mounts, "bb", "sh", "-c", `${script} 2>/dev/null`]);
  await run();
  expect((await run()).stdout).toBe("host\nkept\n");
});

test("folders of the host's whose names begin alike", async (context) => {
  store.need(context);
  const names = ["app", "app-2", "application"];
  const volumes = names.flatMap((name) => {
    const path = join(store.folder, name);
    mkdirSync(join(path, `in-${name}`), { recursive: true });
    return ["-v", `${path}:/seen/${name}`];
  });
  const seen = names.map((name) => `/seen/${name}`);
  const outcome = await store.run(["run", "--rm", ...volumes, "bb", "ls", ...seen]);
  expect(outcome).toMatchObject({ stderr: "", code: 0 });
  expect(outcome.stdout.match(/^in-.*$/gm)).toEqual(names.map((name) => `in-${name}`));
});

test("archives go in and come out", async (context) => {
  store.need(context);
  const here = join(store.folder, "archives");
  mkdirSync(join(here, "in/sub"), { recursive: true });
  writeFileSync(join(here, "in/file"), "content\n", { mode: 0o640 });
  linkSync(join(here, "in/file"), join(here, "in/second"));
  symlinkSync("file", join(here, "in/link"));
  writeFileSync(join(here, "in/sub/large"), Buffer.alloc(700_000, "x"));
  await store.run(["create", "--name", "tar", "bb", "true"]);
  const shell = (script: string) =>
    run("sh", ["-euc", `kernelet() { "$NODE" "$LAUNCHER" "$@"; }; ${script}`], {
      cwd: here,
      env: { KERNELET_ROOT: store.root, NODE: process.execPath, LAUNCHER },
    });
  const put = await shell("tar -c in | kernelet cp - tar:/home; mkdir out");
  expect(put).toMatchObject({ code: 0, stderr: "" });
  const got = await shell(
    "kernelet cp tar:/home/in - | tar -x -C out; kernelet cp tar:/home/in/. - | tar -t",
  );
  expect(got.stdout.split("\n").sort()).toEqual([
    "",
    "./",
    "./file",
    "./link",
    "./second",
    "./sub/",
    "./sub/large",
  ]);
  const listing = "cd in; find . -type f -exec stat -c '%n %a %h %s' {} + | sort; readlink link";
  const [before, after] = [await shell(listing), await shell(`cd out; ${listing}`)];
  expect(after).toEqual(before);
  const bad = await shell("echo no tar | kernelet cp - tar:/home");
  expect(bad).toMatchObject({ code: 1, stderr: expect.stringMatching(/is no tar/) });
  await store.run(["rm", "tar"]);
});
