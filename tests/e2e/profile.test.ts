/** kernelet do --profile: what it finds, and what it says when it can't. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile } from "./compile.ts";
import { useFolder } from "./folder.ts";
import { kernelet } from "./run.ts";

const folder = useFolder();
const ROUNDS = "400";

test("finds the function that takes the time, and who called it", async (context) => {
  const program = compile(context, folder.path, { source: "hot" });
  const file = join(folder.path, "hot.folded");
  const { code, stderr } = await kernelet(["do", "--profile", file, "--", program, ROUNDS]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const rows = readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const cut = line.lastIndexOf(" ");
      return { path: line.slice(0, cut).split(";"), us: Number(line.slice(cut + 1)) };
    });
  const sum = (is: (path: readonly string[]) => boolean): number =>
    rows.filter(({ path }) => is(path)).reduce((total, { us }) => total + us, 0);
  const isHot = (name: string | undefined): boolean => name?.endsWith("`hot_function") === true;
  const ofProgram = sum((path) => path[0]?.startsWith("hot") === true);
  const hot = sum((path) => path.some(isHot));
  expect(hot / ofProgram).toBeGreaterThan(0.5);
  const called = sum((path) =>
    path.some((name, i) => isHot(name) && path[i - 1]?.endsWith("`caller_of_hot") === true),
  );
  expect(called / hot).toBeGreaterThan(0.9);
  expect(sum((path) => path.some((name) => name.endsWith("`main")))).toBeGreaterThan(0.9 * hot);
});

test("writes a page by itself", async () => {
  const file = join(folder.path, "true.html");
  expect(await kernelet(["do", "--profile", file, "--", "true"])).toMatchObject({ code: 0 });
  expect(readFileSync(file, "utf8")).toMatch(/^<!doctype html>.*"command":"true".*<\/html>\n$/s);
});

test.each([
  ["a folder", "folder", /cannot be written/],
  ["a place that is not there", "nosuch/p.html", /cannot be written/],
  ["stdout", "-", /name of a file/],
])("%s is refused before anything runs", async (_, name, message) => {
  mkdirSync(join(folder.path, "folder"), { recursive: true });
  const file = name === "-" ? "-" : join(folder.path, name);
  const { code, stdout, stderr } = await kernelet(["do", "--profile", file, "--", "echo", "ran"]);
  expect({ code, stdout }).toEqual({ code: 125, stdout: "" });
  expect(stderr).toMatch(/^kernelet: [^\n]*--profile: [^\n]*\n$/);
  expect(stderr).toMatch(message);
});

test("a run that was ended leaves no half of a profile", async () => {
  const file = join(folder.path, "late.html");
  const args = ["do", "--timeout", "1s", "--profile", file, "--", "sleep", "60"];
  expect(await kernelet(args)).toMatchObject({ code: 124 });
  expect(existsSync(file)).toBe(false);
});
