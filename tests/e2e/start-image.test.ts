/** The sandbox process starts from an image of its loaded code, which the first start has made in the background. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { useFolder } from "./folder.ts";
import { needHost } from "./needs.ts";
import { needBundle } from "./needs-bundle.ts";
import { inSandbox, kernelet } from "./run.ts";

const folder = useFolder();
const PROGRAM = ["sh", "-c", "echo from $0; exit 3", "inside"];

const images = (): string[] => {
  const start = join(folder.path, "kernelet/start");
  const names = existsSync(start) ? readdirSync(start) : [];
  return names.filter((name) => name.endsWith(".blob")).map((name) => join(start, name));
};

async function imageMade(): Promise<string> {
  const options = { env: { XDG_CACHE_HOME: folder.path } };
  expect(await inSandbox(PROGRAM, options)).toMatchObject({ stdout: "from inside\n", code: 3 });
  for (let i = 0; i < 600 && images().length === 0; i++) await sleep(100);
  return images()[0] as string;
}

test("with an image a program runs as without", async (context) => {
  await needBundle(context);
  needHost(context, "sh");
  const image = await imageMade();
  const options = { env: { XDG_CACHE_HOME: folder.path } };
  expect(await inSandbox(PROGRAM, options)).toMatchObject({ stdout: "from inside\n", code: 3 });
  expect(images()).toEqual([image]);
});

test("a damaged image is thrown away, and the program runs once", async (context) => {
  await needBundle(context);
  needHost(context, "sh");
  const image = await imageMade();
  writeFileSync(image, Buffer.alloc(readFileSync(image).length, 0x55));
  const options = { env: { XDG_CACHE_HOME: folder.path } };
  const outcome = await inSandbox(PROGRAM, options);
  expect(outcome).toMatchObject({ stdout: "from inside\n", code: 3 });
  expect(images()).toEqual([]);
});

test("--no-cache leaves nothing", async (context) => {
  await needBundle(context);
  needHost(context, "sh");
  const args = ["do", "--no-cache", "--", ...PROGRAM];
  const outcome = await kernelet(args, { env: { XDG_CACHE_HOME: join(folder.path, "none") } });
  expect(outcome).toMatchObject({ stdout: "from inside\n", code: 3 });
  expect(existsSync(join(folder.path, "none"))).toBe(false);
});

/** Started from an image, it boots once more and names the objects that V8 keeps as dictionaries. */
const LOOK_FOR_DICTIONARIES = `
  import { startupSnapshot } from "node:v8";
  import { standInMemory } from "@kernelet/cpu";
  import { onEngine, rehearse, rehearseAll } from "./rehearsal/rehearsal.ts";
  import { writeRoots } from "./rehearsal/root.ts";
  rehearseAll(process.argv[2]);
  startupSnapshot.setDeserializeMainFunction(() => {
    const isFast = new Function("object", "return %HasFastProperties(object)");
    const seen = new Set();
    const slow = new Set();
    const look = (object) => {
      if (object === null || typeof object !== "object" || seen.has(object)) return;
      seen.add(object);
      if (!isFast(object)) slow.add(object.constructor.name);
      for (const value of object instanceof Map ? object.values() : Object.values(object)) look(value);
    };
    const folder = process.argv[2];
    for (const root of writeRoots(folder)) look(onEngine(folder, standInMemory(), (stage) => [stage, rehearse(stage, root)]));
    console.log(JSON.stringify({ seen: seen.size, slow: [...slow] }));
  });`;

test("objects of a kernel that an image starts have places for their fields", async () => {
  const main = join(folder.path, "main.cjs");
  const blob = join(folder.path, "main.blob");
  const sandbox = join(import.meta.dirname, "../../packages/sandbox/src");
  await build({
    stdin: { contents: LOOK_FOR_DICTIONARIES, resolveDir: sandbox, loader: "ts" },
    ...{ bundle: true, platform: "node", format: "cjs", outfile: main, logLevel: "error" },
  });
  const node = (...args: readonly string[]): string =>
    execFileSync(process.execPath, ["--allow-natives-syntax", "--snapshot-blob", blob, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  const made = (name: string): string => {
    const path = join(folder.path, name);
    mkdirSync(path);
    return path;
  };
  node("--build-snapshot", main, made("before"));
  const { seen, slow } = JSON.parse(node(main, made("after")));
  expect(seen).toBeGreaterThan(100);
  expect(slow).toEqual([]);
}, 60_000);
