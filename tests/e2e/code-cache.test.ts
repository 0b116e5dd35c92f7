/** Programs do the same without archives of their code, with those of an earlier run, and with damaged ones. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { useFolder } from "./folder.ts";
import { needHost } from "./needs.ts";
import { needBundle } from "./needs-bundle.ts";
import { inSandbox, kernelet, onHost } from "./run.ts";

const folder = useFolder();

/** Enough work for regions, in programs that fork, call libraries and jump through tables. */
const PROGRAMS: readonly (readonly [name: string, argv: readonly string[]])[] = [
  [
    "sh",
    ["sh", "-c", "i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done; echo $i; ls / | sort | head -3"],
  ],
  [
    "perl",
    [
      "perl",
      "-e",
      'my %h; $h{$_ % 97} += $_ for 1..20000; print join(",", map { "$_=$h{$_}" } sort keys %h)',
    ],
  ],
  ["awk", ["awk", "BEGIN { for (i = 0; i < 20000; i++) s = (s * 31 + i) % 65537; print s }"]],
  [
    "python3",
    [
      "python3",
      "-c",
      "import re, json; print(json.dumps([re.sub('a+', str(i), 'xaay') for i in range(300)]))",
    ],
  ],
];

const archives = (cache: string): string[] => {
  const code = join(cache, "kernelet/code");
  if (!existsSync(code)) return [];
  const names = readdirSync(code, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".code")).map((name) => join(code, name));
};

test.each(PROGRAMS)(
  "%s: cold, warm and with damaged archives as on the host",
  async (name, argv) => {
    const cache = join(folder.path, name);
    const options = { env: { XDG_CACHE_HOME: cache } };
    const host = await onHost(argv);
    expect(await inSandbox(argv, options)).toEqual(host);
    expect(archives(cache).length).toBeGreaterThan(0);
    expect(await inSandbox(argv, options)).toEqual(host);
    for (const [i, file] of archives(cache).entries()) {
      const bytes = readFileSync(file);
      if (i % 2 === 0) writeFileSync(file, bytes.subarray(0, bytes.length / 2));
      else writeFileSync(file, bytes.fill(0xcc, 1000, 2000));
    }
    expect(await inSandbox(argv, options)).toEqual(host);
  },
);

/** Of the archives, and of the interpreter. */
const compiled = (cache: string): string[] => {
  const native = join(cache, "kernelet/native");
  if (!existsSync(native)) return [];
  const names = readdirSync(native, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".native")).map((name) => join(native, name));
};

interface Calls {
  readonly calls: number;
  readonly errors: number;
}

/** What the report says of machine code that was read. */
async function machineCodeRead(argv: readonly string[], cache: string): Promise<Calls | undefined> {
  const options = { env: { XDG_CACHE_HOME: cache } };
  const { stderr } = await kernelet(["do", "--report=json", "--", ...argv], options);
  return JSON.parse(stderr).host.calls["machine code read"];
}

test("what V8 has compiled is used by the next run, unless it is damaged", async (context) => {
  await needBundle(context);
  needHost(context, "perl");
  const [, argv] = PROGRAMS[1] as (typeof PROGRAMS)[number];
  const cache = join(folder.path, "native");
  const options = { env: { XDG_CACHE_HOME: cache } };
  const host = await onHost(argv);
  expect(await inSandbox(argv, options)).toEqual(host);
  expect(await machineCodeRead(argv, cache)).toBeUndefined();
  expect(await kernelet(["cache", "compile"], options)).toMatchObject({ code: 0, stderr: "" });
  expect(compiled(cache).length).toBe(archives(cache).length + 1);
  expect(await machineCodeRead(argv, cache)).toMatchObject({ errors: 0 });
  expect(await inSandbox(argv, options)).toEqual(host);
  for (const file of compiled(cache)) {
    const bytes = readFileSync(file);
    // The index is whole: each piece of code is looked at when it is read.
    writeFileSync(file, bytes.fill(0xcc, bytes.length >> 1));
  }
  expect(await inSandbox(argv, options)).toEqual(host);
  for (const [i, file] of compiled(cache).entries()) {
    const bytes = readFileSync(file);
    writeFileSync(
      file,
      i % 2 === 0 ? bytes.subarray(0, bytes.length / 2) : bytes.fill(0xcc, 0, 64),
    );
  }
  expect(await inSandbox(argv, options)).toEqual(host);
});

test("a second run has its code compiled for the third", async (context) => {
  await needBundle(context);
  needHost(context, "perl");
  const [, argv] = PROGRAMS[1] as (typeof PROGRAMS)[number];
  const cache = join(folder.path, "second");
  const options = { env: { XDG_CACHE_HOME: cache } };
  await inSandbox(argv, options);
  // Nobody knows yet whether it will run again.
  expect(compiled(cache)).toEqual([]);
  await inSandbox(argv, options);
  while (compiled(cache).length <= archives(cache).length) await sleep(100);
  expect((await machineCodeRead(argv, cache))?.calls).toBeGreaterThan(0);
});

test("many at once with one cache", async (context) => {
  needHost(context, "sh", "perl");
  const [, argv] = PROGRAMS[1] as (typeof PROGRAMS)[number];
  const options = { env: { XDG_CACHE_HOME: join(folder.path, "shared") } };
  const host = await onHost(argv);
  const all = await Promise.all([1, 2, 3].map(() => inSandbox(argv, options)));
  for (const outcome of all) expect(outcome).toEqual(host);
  expect(await inSandbox(argv, options)).toEqual(host);
});

test("a cache on a full disk", async (context) => {
  needHost(context, "sh", "ls");
  const cache = join(folder.path, "full");
  mkdirSync(cache);
  const mount = ["-t", "tmpfs", "-o", "size=128k", "tmpfs", cache];
  if (process.geteuid?.() !== 0 || spawnSync("mount", mount).status !== 0) {
    context.skip("no right to mount a small file system");
  }
  try {
    const argv = ["sh", "-c", "ls /etc | wc -l"];
    const options = { env: { XDG_CACHE_HOME: cache } };
    const host = await onHost(argv);
    expect(await inSandbox(argv, options)).toEqual(host);
    expect(await inSandbox(argv, options)).toEqual(host);
  } finally {
    spawnSync("umount", ["-l", cache]);
  }
});

test("the report says what was read of it, and a program cannot write there", async (context) => {
  needHost(context, "sh", "touch");
  const cache = join(folder.path, "report");
  const options = { env: { XDG_CACHE_HOME: cache } };
  for (const part of ["code", "native"]) {
    const argv = [
      "sh",
      "-c",
      `mkdir -p ${cache}/kernelet/${part}; touch ${cache}/kernelet/${part}/x`,
    ];
    expect(await inSandbox(argv, options)).toMatchObject({ code: 0 });
    expect(existsSync(join(cache, "kernelet", part, "x"))).toBe(false);
  }
  const { stderr } = await kernelet(["do", "--report=json", "--", "true"], options);
  const report = JSON.parse(stderr);
  expect(report.host.calls["cache read"].bytes).toBeGreaterThan(1000);
});
