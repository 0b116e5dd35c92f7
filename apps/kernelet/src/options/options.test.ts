import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Io } from "../io.ts";
import { parseCount } from "./count.ts";
import { parseDuration } from "./duration.ts";
import { buildEnvironment, DEFAULT_PATH } from "./environment.ts";
import { parseHostname } from "./hostname.ts";
import { parseLog } from "./log.ts";
import { parseSize } from "./size.ts";
import { parseVolume } from "./volume.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "options-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["1", 1],
  ["512m", 512 * 2 ** 20],
  ["512M", 512 * 2 ** 20],
  ["2g", 2 ** 31],
  ["1.5gib", 1.5 * 2 ** 30],
  ["100kb", 102_400],
  ["7b", 7],
])("%s is a size", (text, bytes) => {
  expect(parseSize("--memory", text)).toBe(bytes);
});

test.each([
  ["", "--memory: '' is not a size; write 512m or 2g"],
  ["12x", "--memory: '12x' is not a size; write 512m or 2g"],
  ["-5m", "--memory: '-5m' is not a size; write 512m or 2g"],
  ["0", "--memory: '0' is no memory at all"],
  ["9999999t", "--memory: '9999999t' is too large"],
])("%s is no size", (text, message) => {
  expect(() => parseSize("--memory", text)).toThrow(message);
});

test("counts are whole numbers above 0", () => {
  expect(parseCount("--pids-limit", "100")).toBe(100);
  for (const text of ["", "1.5", "-1", "many", "0"]) {
    expect(() => parseCount("--pids-limit", text)).toThrow(/^--pids-limit: /);
  }
});

test.each([
  ["10", 10_000],
  ["10s", 10_000],
  ["0.5", 500],
  ["500ms", 500],
  ["1m30s", 90_000],
  ["2h", 7_200_000],
])("%s is a time", (text, ms) => {
  expect(parseDuration("--timeout", text)).toBe(ms);
});

test.each([
  ["", "--timeout: '' is not a time"],
  ["10x", "--timeout: '10x' is not a time"],
  ["s", "--timeout: 's' is not a time"],
  ["0s", "--timeout: '0s' is no time at all"],
  ["25d", "--timeout: '25d' is too long"],
])("%s is no time", (text, message) => {
  expect(() => parseDuration("--timeout", text)).toThrow(message);
});

describe("volumes", () => {
  test.each([
    ["/:/mnt", { host: "/", guest: "/mnt", writable: false }],
    ["/:/mnt:ro", { host: "/", guest: "/mnt", writable: false }],
    ["/:/mnt/:rw", { host: "/", guest: "/mnt/", writable: true }],
    [".:/mnt", { host: "", guest: "/mnt", writable: false }],
    ["file:/a", { host: "", guest: "/a", writable: false }],
  ])("%s", (text, want) => {
    writeFileSync(join(folder, "file"), "");
    expect(parseVolume(text, folder)).toEqual({
      ...want,
      host: want.host || join(folder, text.startsWith("file") ? "file" : ""),
    });
  });

  test.each([
    ["/", "-v: '/' is not host:guest[:ro|rw]"],
    ["/:/a:rw:x", "-v: '/:/a:rw:x' is not host:guest[:ro|rw]"],
    ["/:/a:rx", "-v: '/:/a:rx': the mode is 'rx' and may be ro or rw"],
    ["/:a", "-v: '/:a': 'a' must be an absolute path in the sandbox"],
    ["./nosuch:/a", "no such file or folder"],
    ["/dev/null:/a", "is neither a folder nor a file"],
  ])("%s is refused", (text, message) => {
    expect(() => parseVolume(text, folder)).toThrow(message);
  });
});

test.each(["a", "web-1", "a.example", "_x"])("%s is a host name", (name) => {
  expect(parseHostname("--hostname", name)).toBe(name);
});

test.each(["", "-a", "a b", "a..b", "x".repeat(65)])("'%s' is no host name", (name) => {
  expect(() => parseHostname("--hostname", name)).toThrow("--hostname: ");
});

describe("the environment", () => {
  const env = { PATH: "/p", HOME: "/h", LC_TIME: "C", TERM: "vt100", TOKEN: "secret" };
  const io: Io = { env, cwd: () => "/", out: () => {}, err: () => {} };
  const none = { assignments: [], files: [] };

  test("leaves out what was not asked for", () => {
    const variables = buildEnvironment(io, { ...none, isOwnRoot: true });
    expect(variables.sort()).toEqual(["HOME=/h", "LC_TIME=C", "PATH=/p", "TERM=vt100"]);
  });

  test("names no places of the host's in another root", () => {
    const variables = buildEnvironment(io, { ...none, isOwnRoot: false });
    expect(variables.sort()).toEqual(["LC_TIME=C", `PATH=${DEFAULT_PATH}`, "TERM=vt100"]);
  });

  test("takes -e over a file over the default, and -e NAME from the caller", () => {
    const file = join(folder, "env");
    writeFileSync(file, "# comment\nA=1\n\n  B=x y # no comment\nTERM=dumb\nTOKEN\nABSENT\n");
    const variables = buildEnvironment(io, {
      assignments: ["A=2", "C=a=b", "TOKEN", "ABSENT", "HOME="],
      files: [file],
      isOwnRoot: true,
    });
    expect(variables.sort()).toEqual([
      "A=2",
      "B=x y # no comment",
      "C=a=b",
      "HOME=",
      "LC_TIME=C",
      "PATH=/p",
      "TERM=dumb",
      "TOKEN=secret",
    ]);
  });

  test.each([
    { assignments: ["=1"], files: [], message: "-e: '=1' is not NAME=value" },
    { assignments: [], files: ["/nosuch"], message: "--env-file: /nosuch: no such file" },
  ])("refuses $message", ({ message, ...options }) => {
    expect(() => buildEnvironment(io, { ...options, isOwnRoot: true })).toThrow(message);
  });
});

describe("logs", () => {
  test.each([
    { options: {}, want: { maxBytes: 10 * 2 ** 20, maxFiles: 3 } },
    { options: { logOpt: ["max-size=1k"] }, want: { maxBytes: 1024, maxFiles: 3 } },
    { options: { logOpt: ["max-file=7"] }, want: { maxBytes: 10 * 2 ** 20, maxFiles: 7 } },
    { options: { logOpt: ["max-size=-1"] }, want: { maxBytes: null, maxFiles: 1 } },
    { options: { logDriver: "none" }, want: { maxBytes: null, maxFiles: 0 } },
  ])("$options", ({ options, want }) => {
    expect(parseLog(options)).toEqual(want);
  });

  test.each([
    { options: { logOpt: ["max-size=big"] }, message: "'big' is not a size" },
    { options: { logOpt: ["max-file=101"] }, message: "max-file may be 100 at most" },
    { options: { logOpt: ["compress=true"] }, message: "is neither max-size" },
    { options: { logDriver: "syslog" }, message: "is neither json-file nor none" },
    { options: { logDriver: "none", logOpt: ["max-file=2"] }, message: "there is no log" },
  ])("$options is refused", ({ options, message }) => {
    expect(() => parseLog(options)).toThrow(message);
  });
});
