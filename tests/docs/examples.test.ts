/**
 * The examples of the documents do what they say: each block of sh, ts and json is run, or says above itself why not. Images
 * that examples pull are stand-ins in a store of the test's own: small, with the programs that the examples start.
 */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { needHost, which } from "../e2e/needs.ts";
import { kernelet, LAUNCHER, type Outcome, run } from "../e2e/run.ts";
import { buildLayout, shell } from "../images/build.ts";
import { type Block, blocksOf, documents, hiddenCommands, REPOSITORY } from "./blocks.ts";

const blocks = documents().flatMap(blocksOf);
const NEEDED = ["umoci", "busybox", "python3", "script", "gzip"];

/** What an example says, and what the test makes of it. */
const INSTEAD: readonly (readonly [string, string])[] = [
  // CI has done so before.
  ["npm ci && ", ""],
  // Whatever port is free.
  ["-p 8080:80", "-p 0:80"],
];

/** busybox, and a python3 with the host's files: its modules in Python alone, and what it is linked with. */
const ROOT = `
mkdir -p bin etc/nginx tmp root usr/bin
cp "$(command -v busybox)" bin/busybox
for name in sh cat echo ls touch httpd make; do ln -s busybox bin/$name; done
echo root:x:0:0:root:/root:/bin/sh > etc/passwd; echo root:x:0: > etc/group
echo 'a server' > etc/nginx/nginx.conf
python=$(readlink -f "$(command -v python3)")
cp "$python" usr/bin/python3
stdlib=$(python3 -c 'import os; print(os.path.dirname(os.__file__))')
mkdir -p ".$stdlib"
cp "$stdlib"/*.py ".$stdlib"
cp -r "$stdlib/encodings" "$stdlib/collections" "$stdlib/importlib" ".$stdlib"
for library in $(ldd "$python" | grep -o '/[^ ]*'); do cp -L --parents "$library" .; done
chmod 1777 tmp
`;

describe("blocks", () => {
  test("all say what they are, and commands stand in blocks", () => {
    const languages = new Set(blocks.map(({ language }) => language));
    expect([...languages].sort()).toEqual(["", "json", "sh", "ts"]);
    expect(documents().flatMap(hiddenCommands)).toEqual([]);
  });

  test("what is not run is known", () => {
    const left = blocks.filter(({ whyNot }) => whyNot !== null);
    const byReason = Object.groupBy(left, ({ whyNot }) => whyNot ?? "");
    const counts = Object.entries(byReason).map(([why, those]) => `${those?.length} ${why}`);
    // A line for whoever reads the output, and a list that a new exception has to be put on.
    console.log(
      `examples: ${blocks.length - left.length} run or shown, not run: ${counts.join("; ")}`,
    );
    expect(counts.sort()).toEqual([
      "1 a test of its own, and fuzzers that run until stopped",
      "1 measures for minutes",
      "2 a piece of a file",
      "2 it is what runs the examples",
      "3 works on what you add",
    ]);
  });
});

const runnable = (language: string): Block[] =>
  blocks.filter((block) => block.language === language && block.whyNot === null);

describe("examples", { timeout: 240_000 }, () => {
  const folder = useFolder();
  const isPossible = NEEDED.every((name) => which(name) !== undefined);
  const environment = (): Record<string, string> => ({
    KERNELET_ROOT: join(folder.path, "root"),
  });
  const cli = (...args: string[]): Promise<Outcome> => kernelet(args, { env: environment() });

  /** @returns the image's id. */
  async function load(layout: string): Promise<string> {
    const before = new Set((await cli("images", "-q")).stdout.split("\n"));
    await shell(`tar -C ${layout} -cf image.tar .`, folder.path);
    await cli("load", "-q", "-i", join(folder.path, "image.tar"));
    const after = (await cli("images", "-q")).stdout.split("\n");
    return after.find((id) => id !== "" && !before.has(id)) ?? "";
  }

  beforeAll(async () => {
    if (!isPossible) return;
    for (const name of ["root", "here"]) mkdirSync(join(folder.path, name));
    const layout = join(folder.path, "oci");
    await buildLayout(layout, [ROOT], folder.path);
    const path = "--config.env PATH=/bin:/usr/bin";
    await shell(`umoci config --image ${layout}:latest ${path}`, folder.path);
    const plain = await load(layout);
    for (const name of ["busybox", "python:3.12"]) await cli("tag", plain, name);
    const serve = ["httpd", "-f", "-p", "80"].map((word) => `--config.cmd ${word}`).join(" ");
    await shell(
      `umoci config --image ${layout}:latest --config.stopsignal SIGKILL ${serve}`,
      folder.path,
    );
    await cli("tag", await load(layout), "nginx");
    writeFileSync(join(folder.path, "here/file"), "something to compress\n".repeat(1000));
    // Where programs of people's find what they have installed.
    mkdirSync(join(folder.path, "here/node_modules"));
    symlinkSync(join(REPOSITORY, "apps/kernelet"), join(folder.path, "here/node_modules/kernelet"));
  }, 180_000);

  afterAll(async () => {
    if (!isPossible) return;
    const ids = (await cli("ps", "-aq")).stdout.split("\n").filter((id) => id !== "");
    if (ids.length > 0) await cli("rm", "-f", ...ids);
  }, 60_000);

  /** Lines for bash in which `npx kernelet` is ours. With -it there is a terminal, at which somebody says "exit". */
  const PRELUDE = `
npx() {
  shift
  case " $* " in
    *" -it "*) echo exit | script -qefc "'${process.execPath}' '${LAUNCHER}' $*" /dev/null ;;
    *) '${process.execPath}' '${LAUNCHER}' "$@" ;;
  esac
}
`;

  test.for(runnable("sh").map(({ place, text }) => [place, text] as const))(
    "%s",
    async ([, text], context) => {
      needHost(context, ...NEEDED);
      const lines = INSTEAD.reduce((all, [from, to]) => all.replaceAll(from, to), text);
      const { code, stdout, stderr } = await run("bash", ["-ec", `${PRELUDE}${lines}`], {
        ...{ cwd: join(folder.path, "here"), env: environment(), timeoutMs: 200_000 },
      });
      expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    },
  );

  test.for(runnable("ts").map(({ place, text }) => [place, text] as const))(
    "%s",
    async ([place, text], context) => {
      needHost(context, ...NEEDED);
      const file = join(folder.path, "here", `${place.replaceAll(/[^a-z0-9]/gi, "-")}.ts`);
      writeFileSync(file, text);
      const { code, stdout, stderr } = await run(process.execPath, [file], {
        ...{ cwd: join(folder.path, "here"), env: environment(), timeoutMs: 200_000 },
      });
      expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: "" });
    },
  );

  test.for(runnable("json").map(({ place, text }) => [place, text] as const))("%s", ([, text]) => {
    expect(() => JSON.parse(text)).not.toThrow();
  });
});
