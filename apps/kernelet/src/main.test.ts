import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rowsFor } from "./commands/index.ts";
import type { DoOptions } from "./do/request.ts";
import { main } from "./main.ts";
import { buildProgram } from "./program.ts";

/** Loading them may take long on a busy machine: here no test waits for it. */
const ALL = await rowsFor(undefined);

async function run(...argv: string[]) {
  let stdout = "";
  let stderr = "";
  const exitCode = await main(argv, {
    env: {},
    cwd: () => "/",
    out: (text) => {
      stdout += text;
    },
    err: (text) => {
      stderr += text;
    },
  });
  return { exitCode, stdout, stderr };
}

test.each([
  { argv: ["nosuch"], line: "unknown command 'nosuch'; see kernelet help" },
  { argv: ["doctro"], line: "unknown command 'doctro' (Did you mean doctor?); see kernelet help" },
  { argv: ["--nosuch"], line: "unknown option '--nosuch'; see kernelet help" },
  { argv: ["do"], line: "missing required argument 'program'; see kernelet help" },
  { argv: ["do", "--", ""], line: "the program's name is empty" },
  { argv: ["do", "--memory=x", "true"], line: "--memory: 'x' is not a size; write 512m or 2g" },
  { argv: ["do", "--rootfs=/nosuch", "true"], line: "--rootfs: /nosuch: no such folder" },
  {
    argv: ["do", "-w"],
    line: "option '-w, --workdir <folder>' argument missing; see kernelet help",
  },
])("kernelet $argv fails in one line", async ({ argv, line }) => {
  expect(await run(...argv)).toEqual({ exitCode: 125, stdout: "", stderr: `kernelet: ${line}\n` });
});

test.each([[[]], [["help"]], [["--help"]], [["-h"]]])(
  "kernelet %j lists the commands",
  async (argv) => {
    const { exitCode, stdout } = await run(...argv);
    expect(exitCode).toBe(0);
    for (const name of ["do", "doctor", "version", "help"]) expect(stdout).toMatch(`\n  ${name} `);
  },
);

test("each command is loaded under its own name", async () => {
  for (const row of ALL) {
    expect((await rowsFor(row.name)).map(({ name }) => name)).toEqual([row.name]);
  }
});

test("version and doctor speak JSON", { timeout: 60_000 }, async () => {
  const version = JSON.parse((await run("version", "--format", "json")).stdout);
  expect(version.node).toBe(process.versions.node);
  const doctor = await run("doctor", "--format=json");
  const { canRun, checks } = JSON.parse(doctor.stdout);
  expect(canRun).toBe(true);
  expect(checks.map((check: { id: string }) => check.id)).toContain("webassembly");
});

// What `do` would be called with.
async function parseDo(...argv: string[]) {
  const io = { env: {}, cwd: () => "/", out: () => {}, err: () => {} };
  const program = buildProgram(await rowsFor("do"), io, () => {});
  let called: readonly unknown[] = [];
  const command = program.commands.find((one) => one.name() === "do");
  command?.action((name: string, args: string[], options: DoOptions) => {
    called = [[name, ...args], options];
  });
  await program.parseAsync(["do", ...argv], { from: "user" });
  return { argv: called[0], options: called[1] };
}

test.each([
  { title: "after --", argv: ["--", "ls", "-l", "--help"] },
  { title: "after the program", argv: ["ls", "-l", "--help"] },
  { title: "with a -- of its own", argv: ["--", "ls", "--", "-l"], want: ["ls", "--", "-l"] },
  {
    title: "with a -- of its own and none of ours",
    argv: ["ls", "--", "-l"],
    want: ["ls", "--", "-l"],
  },
  { title: "after --trace", argv: ["--trace", "ls", "-l", "--help"] },
  {
    title: "that look like ours",
    argv: ["sh", "-e", "--trace=x"],
    want: ["sh", "-e", "--trace=x"],
  },
])("arguments $title reach the program untouched", async ({ argv, want }) => {
  expect((await parseDo(...argv)).argv).toEqual(want ?? ["ls", "-l", "--help"]);
});

test("--trace takes a set only after an equals sign", async () => {
  expect((await parseDo("--trace=file,%memory", "ls")).options).toMatchObject({
    trace: true,
    traceSet: "file,%memory",
  });
  expect((await parseDo("-e", "--trace=x", "ls")).options).toMatchObject({ env: ["--trace=x"] });
  expect((await parseDo("--report=json", "ls")).options).toMatchObject({ reportFormat: "json" });
});

test("a reader that goes away is no error", { timeout: 120_000 }, () => {
  const launcher = join(import.meta.dirname, "../bin/kernelet.js");
  const line = '"$0" "$1" help 2>&3 | { exec <&-; sleep 3; }';
  const args = ["-c", `exec 3>&1; ${line}`, process.execPath, launcher];
  expect(spawnSync("sh", args, { encoding: "utf8" }).stdout).toBe("");
});
