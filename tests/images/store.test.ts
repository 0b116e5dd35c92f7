import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeRegistry, layerWith, noise } from "../../packages/image/src/testing/fake-registry.ts";
import { useFolder } from "../e2e/folder.ts";
import { ENVIRONMENT, kernelet, LAUNCHER } from "../e2e/run.ts";
import { checkStore, halfDone } from "./store-check.ts";

// The store under kill -9, under several processes at once, and on a disk that is full.

const folder = useFolder();
let registry: FakeRegistry;

beforeAll(async () => {
  registry = await FakeRegistry.start();
  const layers = [1, 2, 3].map((seed) => layerWith(`f${seed}`, noise(700_000, seed)));
  registry.addImage("1", layers);
  registry.addImage("2", [...layers.slice(0, 1), layerWith("g", noise(700_000, 9))]);
});
afterAll(() => registry.stop());

function startPull(root: string, tag: string): ChildProcess {
  const args = [LAUNCHER, "pull", "-q", "--root", root, `${registry.host}/app:${tag}`];
  return spawn(process.execPath, args, { env: { ...ENVIRONMENT }, stdio: "ignore" });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

/** Blobs in pieces, a little apart; `onPiece` with the number of each. */
function slowly(onPiece: (count: number) => void): void {
  let count = 0;
  registry.intercept = (request, response, self) => {
    const bytes = self.blobs.get(request.url?.split("/").at(-1) ?? "");
    if (bytes === undefined || bytes.length < 100_000) return false;
    const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
    const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": bytes.length - from,
      ...(from > 0 && { "content-range": range }),
    });
    void (async () => {
      for (let at = from; at < bytes.length; at += 50_000) {
        response.write(bytes.subarray(at, at + 50_000));
        onPiece(count++);
        await delay(2);
      }
      response.end();
    })();
    return true;
  };
}

test("kill -9 at any moment leaves a store that is whole, and the next pull goes on", async () => {
  const root = join(folder.path, "killed");
  // 42 pieces come for all layers; what is beyond dies while layers are uncompressed, indexed, named.
  for (const [round, after] of [0, 5, 17, 30, 41, 50, 80, 200].entries()) {
    const child = startPull(root, "1");
    const done = ended(child);
    slowly((count) => {
      if (count === after) child.kill("SIGKILL");
      if (count >= 41 && after > 41) setTimeout(() => child.kill("SIGKILL"), after);
    });
    await done;
    await checkStore(root);
    // Some rounds begin from nothing: else all is here after the first that went through.
    if (round % 3 === 2) await kernelet(["image", "prune", "-af", "--root", root]);
  }
  registry.intercept = () => false;
  const last = await kernelet(["pull", "-q", "--root", root, `${registry.host}/app:1`]);
  expect(last.code, last.stderr).toBe(0);
  const store = await checkStore(root);
  expect(store.list()).toHaveLength(1);
  expect(halfDone(root)).toEqual([]);
});

test("processes that pull, remove and prune at the same time", async () => {
  const root = join(folder.path, "shared");
  registry.intercept = () => false;
  const name = (tag: string): string => `${registry.host}/app:${tag}`;
  const work = [
    ["pull", "-q", name("1")],
    ["pull", "-q", name("2")],
    ["pull", "-q", name("1")],
    ["image", "prune", "-f"],
    ["pull", "-q", name("2")],
    ["rmi", "-f", name("2")],
  ].map((args) => kernelet([...args, "--root", root]));
  for (const { code, stderr } of await Promise.all(work)) expect(code, stderr).toBe(0);
  const again = ["1", "2"].map((tag) => kernelet(["pull", "-q", "--root", root, name(tag)]));
  for (const { code, stderr } of await Promise.all(again)) expect(code, stderr).toBe(0);
  const store = await checkStore(root);
  expect(store.list()).toHaveLength(2);
  expect(halfDone(root)).toEqual([]);
  expect((await kernelet(["rmi", "--root", root, name("1"), name("2")])).code).toBe(0);
  expect(store.list()).toEqual([]);
});

test("a full disk: one line, nothing half-made, and room again later", async (context) => {
  if (process.getuid?.() !== 0) context.skip("only root can mount a small file system");
  const root = join(folder.path, "small");
  mkdirSync(root);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1800k", "tmpfs", root]);
  } catch {
    context.skip("tmpfs cannot be mounted here");
  }
  try {
    registry.intercept = () => false;
    const full = await kernelet(["pull", "-q", "--root", root, `${registry.host}/app:1`]);
    expect(full).toMatchObject({ code: 1, stdout: "" });
    expect(full.stderr).toMatch(
      /^kernelet: writing .*: no space left on the disk; make room, .*\n$/,
    );
    await checkStore(root);
    execFileSync("mount", ["-o", "remount,size=20m", root]);
    const later = await kernelet(["pull", "-q", "--root", root, `${registry.host}/app:1`]);
    expect(later.code, later.stderr).toBe(0);
    await checkStore(root);
    expect(halfDone(root)).toEqual([]);
  } finally {
    execFileSync("umount", [root]);
  }
});
