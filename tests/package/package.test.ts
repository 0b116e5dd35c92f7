/** What is published, installed without a network into an empty folder, as a user has it. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { needHost } from "../e2e/needs.ts";

const REPOSITORY = join(import.meta.dirname, "../..");
const BIN = join(REPOSITORY, "node_modules/.bin");
/** What npm would bring along as an optional dependency. */
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;
/** A Node 24 that says it is older. */
const PRETEND_OLD =
  'data:text/javascript,Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })';

let folder: string;
let installed: string;

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder },
  });
  return { code: status, stdout, stderr };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kernelet-installed-"));
  const environment = { ...process.env, PATH: `${BIN}:${process.env.PATH}` };
  const script = join(REPOSITORY, "tools/package/package.ts");
  const said = execFileSync(process.execPath, [script, join(folder, "out")], {
    encoding: "utf8",
    env: environment,
  });
  const tarball = said.trim().split("\n").at(-1) ?? "";
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }');
  const args = ["install", "--offline", "--no-audit", "--no-fund", "--omit=optional", tarball];
  execFileSync("npm", args, { cwd: folder, env: environment, stdio: "pipe" });
  installed = join(folder, "node_modules/kernelet");
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true }));

test("no file of it knows the workspace, or asks for a package that is not there", () => {
  const files = readdirSync(installed, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(50);
  const wrong: string[] = [];
  for (const { parentPath, name } of files) {
    const text = readFileSync(join(parentPath, name), "utf8");
    if (text.includes(REPOSITORY)) wrong.push(`${name}: ${REPOSITORY}`);
    if (/\bfrom "@|\bimport\("@|\brequire\("@/.test(text)) wrong.push(`${name}: a package`);
  }
  expect(wrong).toEqual([]);
});

test("npx runs the command line", (context) => {
  needHost(context, "sh");
  expect(run("npx", ["--offline", "kernelet", "do", "--", "echo", "hi"])).toEqual({
    ...{ code: 0, stdout: "hi\n", stderr: "" },
  });
});

const PROGRAM = `
import { type ExecResult, Sandbox, TimeoutError } from "kernelet";

await using sb: Sandbox = await Sandbox.create({
  rootfs: "/",
  network: { allow: ["localhost"] },
  secrets: { KEY: { value: "a secret value", hosts: ["localhost:443"] } },
});
const result: ExecResult = await sb.exec("echo from $0; wc -c < /etc/kernelet/authority.pem");
console.log(result.stdout.replace(/\\d+/, (size) => String(Number(size) > 100)));
const late: unknown = await sb.exec("sleep", ["1000"], { timeoutMs: 1 }).catch((error: unknown) => error);
if (late instanceof TimeoutError) console.log(late.code, late.context.timeoutMs);
// @ts-expect-error: types are there, and say so.
export type Wrong = ExecResult["nosuch"];
`;

test("a program of the SDK is checked and runs", (context) => {
  needHost(context, "sh");
  mkdirSync(join(folder, "node_modules/@types"));
  symlinkSync(
    join(REPOSITORY, "node_modules/@types/node"),
    join(folder, "node_modules/@types/node"),
  );
  symlinkSync(
    join(REPOSITORY, "node_modules/undici-types"),
    join(folder, "node_modules/undici-types"),
  );
  writeFileSync(join(folder, "program.ts"), PROGRAM);
  const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024"];
  const libs = ["--lib", "es2024,esnext.disposable", "--types", "node"];
  const checked = run(join(BIN, "tsc"), [...options, ...libs, "program.ts"]);
  expect(checked).toEqual({ code: 0, stdout: "", stderr: "" });
  expect(run(process.execPath, ["program.ts"])).toEqual({
    ...{ code: 0, stdout: "from /bin/sh\ntrue\n\nTIMEOUT 1\n", stderr: "" },
  });
});

test("an older Node is told what to do, and the command line finds the one that came along", (context) => {
  needHost(context, "sh");
  const program = 'import("kernelet").catch((error) => console.log(error.message))';
  const old = ["--import", PRETEND_OLD];
  expect(run(process.execPath, [...old, "-e", program]).stdout).toBe(
    'kernelet needs Node 24 or later and this is 20.1.0; scripts of package.json and "npx node" run the Node 24 that comes with it\n',
  );
  const launcher = join(installed, "bin/kernelet.js");
  symlinkSync(
    join(REPOSITORY, "node_modules", NODE_PACKAGE),
    join(folder, "node_modules", NODE_PACKAGE),
  );
  const ran = run(process.execPath, [...old, launcher, "do", "--", "echo", "hi"]);
  expect(ran).toEqual({ code: 0, stdout: "hi\n", stderr: "" });
});

/** The system's own, if it is one. */
const SYSTEM_NODE = "/usr/bin/node";

test("a Node that is really older says the same", (context) => {
  const { stdout } = spawnSync(SYSTEM_NODE, ["--version"], { encoding: "utf8" });
  const major = Number.parseInt(stdout?.slice(1) ?? "", 10);
  if (!(major < 24)) context.skip("no older Node here");
  const program = 'import("kernelet").catch((error) => console.log(error.message))';
  expect(run(SYSTEM_NODE, ["-e", program]).stdout).toMatch(/^kernelet needs Node 24 or later/);
});
