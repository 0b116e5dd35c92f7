/** Volumes and single files of the host's in containers. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useStore } from "./store.ts";

const store = useStore();

const sh = (script: string, ...options: string[]) =>
  store.run(["run", "--rm", ...options, "bb", "sh", "-c", script]);

test("a file of the host's is mounted over one, or over nothing", async (context) => {
  store.need(context);
  const file = join(store.folder, "settings");
  writeFileSync(file, "host\n", { mode: 0o640 });
  const script =
    "cat /etc/kept; stat -c %a /etc/kept; echo more >> /new/deep/file; rm /etc/kept 2>/dev/null || echo stays; " +
    "mv /etc/kept /x 2>/dev/null || echo stays; echo x > /etc/kept || echo read only";
  const mounts = ["-v", `${file}:/etc/kept:ro`];
  mounts.push("--mount", `type=bind,src=${file},dst=/new/deep/file`);
  const { stdout } = await sh(`exec 2>/dev/null; ${script}`, ...mounts);
  expect(stdout).toBe("host\n640\nstays\nstays\nread only\n");
  expect(readFileSync(file, "utf8")).toBe("host\nmore\n");
});

test("a file that is replaced outside stays the one that was mounted", async (context) => {
  store.need(context);
  const file = join(store.folder, "replaced");
  writeFileSync(file, "old\n");
  await store.run(["run", "-d", "--name", "bound", "-v", `${file}:/f`, "bb", "sleep", "1000"]);
  writeFileSync(`${file}.new`, "new\n");
  renameSync(`${file}.new`, file);
  expect((await store.run(["exec", "bound", "cat", "/f"])).stdout).toBe("old\n");
  await store.run(["rm", "-f", "bound"]);
});

test("what cannot be mounted is named", async (context) => {
  store.need(context);
  const [file, folder] = [join(store.folder, "file"), join(store.folder, "goes")];
  writeFileSync(file, "");
  mkdirSync(folder);
  const onFolder = await sh("true", "-v", `${file}:/etc`);
  expect(onFolder).toMatchObject({ code: 125, stdout: "" });
  expect(onFolder.stderr).toMatch(/\/etc: is a directory\n$/);
  const onDevice = await sh("true", "-v", "/dev/null:/x");
  expect(onDevice.stderr).toMatch(/\/dev\/null is neither a folder nor a file\n$/);
  await store.run(["create", "--name", "late", "-v", `${folder}:/x`, "bb", "true"]);
  renameSync(folder, `${folder}.away`);
  expect((await store.run(["start", "late"])).stderr).toMatch(/goes: no such file or directory\n$/);
  await store.run(["rm", "late"]);
});

test("a named volume is shared, listed, kept while it is used, and removed", async (context) => {
  store.need(context);
  const volume = (...args: string[]) => store.run(["volume", ...args]);
  expect((await volume("create", "--label", "a=1", "data")).stdout).toBe("data\n");
  const writer = ["run", "-d", "--name", "writer", "-v", "data:/w", "bb"];
  await store.run([...writer, "sh", "-c", "echo shared > /w/x; sleep 1000"]);
  const read =
    "for i in 1 2 3 4 5 6 7 8 9; do [ -s /r/x ] && break; sleep 0.3; done; cat /r/x; echo no > /r/y";
  const reader = await sh(read, "--mount", "type=volume,src=data,dst=/r,readonly");
  expect(reader).toMatchObject({ stdout: "shared\n", stderr: expect.stringMatching(/ead-only/) });
  const listed = await volume("ls", "-f", "label=a=1", "--format", "{{.Name}} {{.Labels}}");
  expect(listed.stdout).toBe("data a=1\n");
  expect(JSON.parse((await volume("inspect", "data")).stdout)).toMatchObject([
    { Name: "data", Driver: "local", Labels: { a: "1" } },
  ]);
  expect(await volume("rm", "data")).toMatchObject({
    code: 1,
    stderr: "kernelet: volume data is used by: writer\n",
  });
  await store.run(["rm", "-f", "writer"]);
  expect((await volume("rm", "data")).stdout).toBe("data\n");
  expect(await volume("rm", "data")).toMatchObject({ code: 1 });
  expect((await volume("rm", "-f", "data")).code).toBe(0);
});

test("a new volume gets what the image has there, and nobody's changes are lost", async (context) => {
  store.need(context);
  const show = "cat /etc/kept; echo changed > /etc/kept";
  expect((await sh(show, "-v", "etc:/etc")).stdout).toBe("image\n");
  expect((await sh(show, "-v", "etc:/etc")).stdout).toBe("changed\n");
  const empty = await sh("ls -a /etc/kept 2>/dev/null || echo empty", "-v", "none:/etc:nocopy");
  expect(empty.stdout).toBe("empty\n");
  await store.run(["volume", "rm", "etc", "none"]);
});

test("a volume without a name goes with its container, if that is asked for", async (context) => {
  store.need(context);
  const count = async (): Promise<number> =>
    (await store.run(["volume", "ls", "-q"])).stdout.split("\n").length - 1;
  expect((await sh("echo x > /data/x; cat /data/x", "-v", "/data")).stdout).toBe("x\n");
  expect(await count()).toBe(0);
  for (const name of ["one", "two"]) {
    await store.run(["create", "--name", name, "-v", "/data", "bb", "true"]);
  }
  await store.run(["rm", "-v", "one"]);
  await store.run(["rm", "two"]);
  expect(await count()).toBe(1);
  const pruned = await store.run(["volume", "prune", "-f"]);
  expect(pruned.stdout).toMatch(/^Deleted Volumes:\n[0-9a-f]{64}\n\nTotal reclaimed space: /);
  expect(await count()).toBe(0);
});

test("a folder in memory has the size and mode that were asked for", async (context) => {
  store.need(context);
  const script = "stat -c %a /t; head -c 100000 /dev/zero > /t/x; stat -c %s /t/x";
  const options = ["--mount", "type=tmpfs,dst=/t,tmpfs-size=64k,tmpfs-mode=1770"];
  const { stdout, stderr } = await sh(script, ...options);
  expect(stdout).toBe("1770\n65536\n");
  expect(stderr).toMatch(/^head: /);
});
