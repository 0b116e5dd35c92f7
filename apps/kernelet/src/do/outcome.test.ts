import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EACCES,
  ENOENT,
  ENOEXEC,
  type Errno,
  exitStatus,
  SIGINT,
  SIGKILL,
  SIGSEGV,
  signalStatus,
} from "@kernelet/abi";
import type { Outcome } from "@kernelet/sandbox";
import { afterAll, beforeAll, expect, test } from "vitest";
import { endingOf } from "./outcome.ts";
import type { DoRequest } from "./request.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "outcome-"));
  const write = (name: string, bytes: string | Uint8Array) => {
    writeFileSync(join(root, name), bytes);
    chmodSync(join(root, name), 0o755);
  };
  write("script", "#! /nosuch/perl -w\n");
  write("text", "hello\n");
  write("empty", "");
  write("arm", header(1, 40));
  write("i386", header(1, 3));
  write("short", header(2, 62).subarray(0, 30));
  mkdirSync(join(root, "folder"));
  symlinkSync("/etc/passwd", join(root, "outside"));
});
afterAll(() => rmSync(root, { recursive: true }));

function header(elfClass: number, machine: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, elfClass, 1, 1]);
  bytes[18] = machine;
  return bytes;
}

function request(): DoRequest {
  return {
    root,
    argv: ["prog"],
    env: [],
    cwd: "/",
    isCwdRequired: false,
    user: "0",
    hostname: "h",
    memoryLimit: 2 ** 30,
    taskLimit: 100,
    timeoutMs: 1500,
    volumes: [],
    network: { mode: "loopback", allow: [], deny: [], ports: [] },
    traceSet: undefined,
    traceFile: undefined,
    report: undefined,
    reportFile: undefined,
    profile: undefined,
    translate: true,
    cache: true,
  };
}

function exited(status: number): Outcome {
  const report = {} as Extract<Outcome, { kind: "exited" }>["report"];
  return { kind: "exited", hasLayer: false, status, report };
}

function program(subject: string, errno: Errno): Outcome {
  return { kind: "failed", stage: "program", subject, errno: errno as number };
}

test.each([
  { outcome: exited(exitStatus(0)), exitCode: 0 },
  { outcome: exited(exitStatus(7)), exitCode: 7 },
  { outcome: exited(signalStatus(SIGINT)), exitCode: 130 },
  { outcome: exited(signalStatus(SIGKILL)), exitCode: 137, line: "prog: Killed (SIGKILL)" },
  {
    outcome: exited(signalStatus(SIGSEGV, true)),
    exitCode: 139,
    line: "prog: Segmentation fault (SIGSEGV)",
  },
  { outcome: { kind: "killed" } as const, exitCode: 124, line: "timed out after 1.5 s" },
  {
    outcome: { kind: "lost", code: null, signal: "SIGABRT" } as const,
    exitCode: 125,
    line: "the sandbox's process ended unexpectedly: SIGABRT",
  },
  { outcome: program("nosuch", ENOENT), exitCode: 127, line: "nosuch: command not found" },
  { outcome: program("/x", ENOENT), exitCode: 127, line: "/x: no such file or directory" },
  {
    outcome: program("/script", ENOENT),
    exitCode: 127,
    line: "/script: its interpreter /nosuch/perl is not there",
  },
  { outcome: program("/folder", EACCES), exitCode: 126, line: "/folder: is a folder" },
  { outcome: program("/text", EACCES), exitCode: 126, line: "/text: permission denied" },
  {
    outcome: program("./arm", ENOEXEC),
    exitCode: 126,
    line: "./arm: cannot be executed: it is a program for 32-bit Arm, and the sandbox's processor is x86-64",
  },
  {
    outcome: program("/i386", ENOEXEC),
    exitCode: 126,
    line: "/i386: cannot be executed: it is a program for 32-bit x86 (i386), and the sandbox's processor is x86-64",
  },
  {
    outcome: program("/short", ENOEXEC),
    exitCode: 126,
    line: "/short: cannot be executed: it is an ELF file cut short",
  },
  {
    outcome: program("/empty", ENOEXEC),
    exitCode: 126,
    line: "/empty: cannot be executed: it is an empty file",
  },
  {
    outcome: program("/text", ENOEXEC),
    exitCode: 126,
    line: "/text: cannot be executed: it is neither an ELF program nor a script with #!",
  },
  {
    // The link leads to another file outside than inside: nothing is said about either.
    outcome: program("/outside", ENOEXEC),
    exitCode: 126,
    line: "/outside: exec format error",
  },
])("$outcome.kind ends with $exitCode: $line", ({ outcome, exitCode, line }) => {
  expect(endingOf(outcome, request())).toEqual(
    line === undefined ? { exitCode } : { exitCode, line },
  );
});
