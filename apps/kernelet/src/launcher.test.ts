import { spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

// The launcher in a tree of its own: node_modules with a package that says it holds Node 24, whose
// binary is this very Node; and a command line that tells what it was given. An old Node is this one
// with another version in process.versions.

const BIN = join(import.meta.dirname, "../bin");
const PLATFORM_PACKAGE = `node-${process.platform}-${process.arch}`;

const MAIN = `
export async function main(args) {
  if (args[0] === "fail") throw new Error("no such image: nosuch");
  if (args[0] === "die") process.kill(process.pid, "SIGKILL");
  if (args[0] === "wait") {
    process.once("SIGTERM", () => { console.log("terminated"); process.exit(9); });
    console.log("waiting");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  console.log(JSON.stringify({ args, version: process.versions.node }));
  return 7;
}
`;

const PRETEND_OLD =
  'data:text/javascript,Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })';

let root = "";
let launcher = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "launcher-"));
  const app = join(root, "apps/kernelet");
  mkdirSync(join(app, "dist"), { recursive: true });
  cpSync(BIN, join(app, "bin"), { recursive: true });
  writeFileSync(join(app, "package.json"), '{ "type": "module" }');
  writeFileSync(join(app, "dist/cli.js"), MAIN);
  launcher = join(app, "bin/kernelet.js");
});

afterEach(() => rmSync(root, { recursive: true }));

/** A package with a Node of a version, whose binary runs this Node. */
function installNode(version: string): void {
  const dir = join(root, "node_modules", PLATFORM_PACKAGE);
  mkdirSync(join(dir, "bin"), { recursive: true });
  writeFileSync(join(dir, "package.json"), JSON.stringify({ version }));
  writeFileSync(join(dir, "bin/node"), `#!/bin/sh\nexec '${process.execPath}' "$@"\n`, {
    mode: 0o755,
  });
}

function run(nodeArgs: readonly string[], args: readonly string[]) {
  // The PATH holds no Node: what is found is found beside the launcher.
  return spawnSync(process.execPath, [...nodeArgs, launcher, ...args], {
    encoding: "utf8",
    env: { PATH: "/nonexistent", NODE_COMPILE_CACHE: join(root, "cache") },
  });
}

const old = ["--import", PRETEND_OLD];

test.each([
  { title: "the person's own", mode: 0o700, isUsed: true },
  { title: "one that others may write to", mode: 0o770, isUsed: false },
])("what V8 compiled is kept in the cache folder: $title", ({ mode, isUsed }) => {
  const caches = join(root, "caches");
  mkdirSync(join(caches, "kernelet"), { recursive: true });
  chmodSync(join(caches, "kernelet"), mode);
  const { status } = spawnSync(process.execPath, [launcher, "do"], {
    env: { PATH: "/nonexistent", XDG_CACHE_HOME: caches, HOME: root },
  });
  expect(status).toBe(7);
  expect(existsSync(join(caches, "kernelet/compile"))).toBe(isUsed);
});

test("a fitting Node runs the command line itself", () => {
  const { stdout, status } = run([], ["do", "--", "true"]);
  expect(JSON.parse(stdout).args).toEqual(["do", "--", "true"]);
  expect(status).toBe(7);
});

test("an old Node hands over to the package's, with arguments and exit code", () => {
  installNode("24.0.0");
  const { stdout, status } = run(old, ["do", "--", "echo", "a b"]);
  expect(JSON.parse(stdout)).toEqual({
    args: ["do", "--", "echo", "a b"],
    version: process.versions.node,
  });
  expect(status).toBe(7);
});

test.each([
  { title: "there is none", version: undefined },
  { title: "the package's is old too", version: "22.3.0" },
])("an old Node says in one line what is missing when $title", ({ version }) => {
  if (version !== undefined) installNode(version);
  const { stdout, stderr, status } = run(old, ["do"]);
  expect(stdout).toBe("");
  expect(stderr).toMatch(
    /^kernelet: needs Node 24 or later and this is 20\.1\.0; npm install node-\S+@24 brings one\n$/,
  );
  expect(status).toBe(125);
});

test("an old Node ends by the signal that ended the new one", () => {
  installNode("24.0.0");
  expect(run(old, ["die"]).signal).toBe("SIGKILL");
});

test("SIGTERM reaches the command line through an old Node", async () => {
  installNode("24.0.0");
  const child = spawn(process.execPath, [...old, launcher, "wait"], { env: {} });
  let output = "";
  child.stdout.on("data", (data: Buffer) => {
    output += data;
    if (output === "waiting\n") child.kill("SIGTERM");
  });
  const code = await new Promise((resolve) => child.on("exit", resolve));
  expect(output).toBe("waiting\nterminated\n");
  expect(code).toBe(9);
});

test("an error of ours is one line without a stack", () => {
  const { stderr, status } = run([], ["fail"]);
  expect(stderr).toBe("kernelet: no such image: nosuch\n");
  expect(status).toBe(125);
});

test("the sources run when one of them is newer than the bundle, or gone", () => {
  const app = join(root, "apps/kernelet");
  mkdirSync(join(app, "src"));
  writeFileSync(join(app, "src/main.ts"), MAIN.replace("return 7", "return 8 as number"));
  writeFileSync(join(app, "dist/inputs.json"), '["apps/kernelet/src/main.ts"]');
  writeFileSync(join(app, "dist/cli.js"), MAIN);
  expect(run([], []).status).toBe(7);

  writeFileSync(join(app, "dist/inputs.json"), '["apps/kernelet/src/main.ts", "gone.ts"]');
  expect(run([], []).status).toBe(8);

  rmSync(join(app, "dist"), { recursive: true });
  expect(run([], []).status).toBe(8);
});

test("a HOME that cannot be looked into does no harm", () => {
  const env = { PATH: "/nonexistent", HOME: `/${"x".repeat(300)}` };
  const { stdout, stderr, status } = spawnSync(process.execPath, [launcher, "x"], {
    encoding: "utf8",
    env,
  });
  expect({ stderr, status }).toEqual({ stderr: "", status: 7 });
  expect(JSON.parse(stdout).args).toEqual(["x"]);
});
