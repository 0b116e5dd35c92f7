import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { currentNames } from "@kernelet/sandbox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { main } from "../main.ts";

let home: string;
let folder: string;

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-cache-"));
  folder = path.join(home, ".cache/kernelet");
});

afterEach(() => fs.rmSync(home, { recursive: true }));

async function cache(...argv: string[]) {
  let stdout = "";
  let stderr = "";
  const io = {
    env: { HOME: home },
    cwd: () => "/",
    out: (text: string) => {
      stdout += text;
    },
    err: (text: string) => {
      stderr += text;
    },
  };
  return { exitCode: await main(["cache", ...argv], io), stdout, stderr };
}

/** A file of that size in the cache, used at that second. */
function put(name: string, bytes: number, usedS: number): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, new Uint8Array(bytes));
  fs.utimesSync(file, usedS, usedS);
}

test("ls lists what was used last first, as text and as JSON", async () => {
  put("start/k1-3.blob", 3, 1_700_000_000);
  put("code/v1/libc.code", 5, 1_700_000_100);
  put("code/v1/libc.77.part", 7, 1_700_000_050);
  const { stdout } = await cache("ls");
  expect(stdout.split("\n").map((line) => line.split(/ {2}/).at(-1))).toEqual([
    "code/v1/libc.code",
    "code/v1/libc.77.part",
    "start/k1-3.blob",
    "",
  ]);
  const entries = JSON.parse((await cache("ls", "--format=json")).stdout);
  expect(entries).toMatchObject([
    { kind: "code", bytes: 5, isCurrent: false },
    { kind: "unfinished", bytes: 7, isCurrent: false },
    { kind: "start", bytes: 3, isCurrent: false },
  ]);
});

test("info says where and how much", async () => {
  put("start/k1-3.blob", 3, 1);
  put(`code/${currentNames().codeFolder}/libc.code`, 5, 1);
  const facts = JSON.parse((await cache("info", "--format", "json")).stdout);
  expect(facts).toMatchObject({
    folder,
    bytes: 8,
    currentBytes: 5,
    start: { entries: 1, bytes: 3 },
    code: { entries: 1, bytes: 5 },
  });
  expect((await cache("info")).stdout).toContain(folder);
});

test("prune leaves what this version uses, and clear nothing", async () => {
  const own = `code/${currentNames().codeFolder}/libc.code`;
  put(own, 5, 1);
  put("code/v1/libc.code", 5, 1);
  put("start/k1-3.blob", 3, 1);
  put("start/k2.part", 3, 1);
  expect((await cache("prune")).stdout).toMatch(/^removed 3 of 3 entries/);
  const names = (): string[] =>
    fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  expect(names()).toEqual(["code", path.dirname(own), own, "start"].sort());
  expect((await cache("clear")).stdout).toMatch(/^removed 1 of 1 entries/);
  expect(names()).not.toContain(own);
});

test("nothing outside is touched, whatever lies in the folder", async () => {
  const outside = path.join(home, "precious");
  fs.writeFileSync(outside, "");
  put("code/v1/a.code", 1, 1);
  fs.symlinkSync(outside, path.join(folder, "code/v1/b.code"));
  fs.symlinkSync(home, path.join(folder, "code/v2"));
  expect((await cache("clear")).exitCode).toBe(0);
  expect(fs.existsSync(outside)).toBe(true);
  expect(fs.existsSync(home)).toBe(true);
});

test("without a subcommand it says what there is", async () => {
  const { exitCode, stdout, stderr } = await cache();
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^Usage: kernelet cache /);
});

test("an empty or missing cache is no error; an unknown subcommand is one", async () => {
  expect(await cache("ls")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect((await cache("clear")).stdout).toMatch(/^removed 0 of 0 entries/);
  expect(await cache("burn")).toMatchObject({
    exitCode: 125,
    stdout: "",
    stderr: "kernelet: unknown command 'burn'; see kernelet help\n",
  });
});
