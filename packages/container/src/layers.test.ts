import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { mergeLayers, treeLayerCount } from "@kernelet/image";
import { END_OF_ARCHIVE, encodeEntry } from "@kernelet/image/tar";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Container } from "./container.ts";
import { firstMerged, MOST_OWN_LAYERS, ownLayers, stackLayers } from "./layers.ts";
import { ContainerPaths } from "./paths.ts";

let paths: ContainerPaths;
let container: Container;

beforeEach(() => {
  paths = new ContainerPaths(fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-")));
  fs.mkdirSync(paths.image);
  fs.writeFileSync(paths.layer(0), layer("base", "image"));
  const config = { image: { layerCount: 1 } };
  container = { paths, config, state: () => ({ hasNewLayer: true }) } as unknown as Container;
});

afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(paths.folder, { recursive: true });
});

/** One file. */
function layer(name: string, content: string): Buffer {
  const size = content.length;
  const { head, tail } = encodeEntry({
    ...{ path: Buffer.from(name), mode: 0o100644, uid: 0, gid: 0, mtimeSec: 1, mtimeNsec: 0 },
    ...{ rdev: 0, target: null, xattrs: [], size, segments: [{ off: 0, len: size }] },
  });
  return Buffer.concat([head, Buffer.from(content), tail, END_OF_ARCHIVE]);
}

/** A run that writes two files: one of its own, and one that all write. */
function run(number: number): void {
  const own = layer(`run-${number}`, `${number}`).subarray(0, -END_OF_ARCHIVE.length);
  fs.writeFileSync(paths.newLayer, Buffer.concat([own, layer("last", `${number}`)]));
}

/** What a program would find, by name. */
function contents(files: readonly string[]): Record<string, string> {
  const { root } = mergeLayers(files.map((file) => ({ file, name: file })));
  const names = [...(root.children ?? [])].map(([name, { node }]) => {
    const bytes = fs.readFileSync(files[node.dataLayer] ?? "");
    return [name, bytes.toString("latin1", node.dataOff, node.dataOff + node.stored)];
  });
  return Object.fromEntries(names);
}

function wanted(runs: number): Record<string, string> {
  const own = Array.from({ length: runs }, (_, i) => [`run-${i}`, `${i}`]);
  return { base: "image", ...Object.fromEntries(own), last: `${runs - 1}` };
}

test("after any number of runs there are few layers, with all that was written", () => {
  for (let i = 0; i < 40; i++) {
    run(i);
    const layers = stackLayers(container);
    expect(layers.length).toBeLessThanOrEqual(1 + MOST_OWN_LAYERS);
    expect(contents(layers)).toEqual(wanted(i + 1));
    expect(treeLayerCount(paths.tree)).toBe(layers.length);
  }
  const names = fs.readdirSync(paths.image).filter((name) => name.startsWith("own-"));
  expect(names.length).toBe(ownLayers(paths).length);
});

/** Calls that change something; each may be the last that we make. */
const CHANGING = ["renameSync", "rmSync", "openSync", "fsyncSync"] as const;

test("cut off at any moment, it is as before or as after", () => {
  let moments = 0;
  for (let last = 0; ; last++) {
    fs.rmSync(paths.image, { recursive: true });
    fs.mkdirSync(paths.image);
    fs.writeFileSync(paths.layer(0), layer("base", "image"));
    for (let i = 0; i <= MOST_OWN_LAYERS; i++) {
      run(i);
      if (i < MOST_OWN_LAYERS) stackLayers(container);
    }
    let calls = 0;
    for (const name of CHANGING) {
      const real = fs[name] as (...args: unknown[]) => unknown;
      vi.spyOn(fs, name).mockImplementation(((...args: unknown[]) => {
        if (calls++ === last) throw new Error("killed");
        // What is killed does nothing any more, not even to tidy up.
        if (calls > last + 1) throw new Error("killed");
        return real(...args);
      }) as never);
    }
    let isWhole = true;
    try {
      stackLayers(container);
    } catch {
      isWhole = false;
    }
    vi.restoreAllMocks();
    if (isWhole) break;
    moments++;
    const layers = stackLayers(container);
    expect(contents(layers)).toEqual(wanted(MOST_OWN_LAYERS + 1));
    expect(treeLayerCount(paths.tree)).toBe(layers.length);
    expect(layers.length).toBeLessThanOrEqual(1 + MOST_OWN_LAYERS);
    expect(fs.readdirSync(paths.image).filter((name) => name.endsWith(".part"))).toEqual([]);
  }
  expect(moments).toBeGreaterThan(10);
});

test("without room for the merged layer it goes on with those that there are", () => {
  for (let i = 0; i <= MOST_OWN_LAYERS; i++) {
    run(i);
    if (i < MOST_OWN_LAYERS) stackLayers(container);
  }
  vi.spyOn(fs, "fsyncSync").mockImplementation(() => {
    throw Object.assign(new Error("full"), { code: "ENOSPC" });
  });
  const layers = stackLayers(container);
  expect(layers.length).toBe(2 + MOST_OWN_LAYERS);
  expect(contents(layers)).toEqual(wanted(MOST_OWN_LAYERS + 1));
});

test.each([
  { title: "small ones alike: all", sizes: [1, 1, 1, 1, 1, 1, 1, 1, 1], want: 0 },
  { title: "a large one stays apart", sizes: [100, 1, 1, 1, 1, 1, 1, 1, 1], want: 1 },
  { title: "some, whatever their sizes", sizes: [9e8, 9e7, 9e6, 9e5, 16, 8, 4, 2, 1], want: 4 },
])("$title", ({ sizes, want }) => {
  expect(firstMerged(sizes)).toBe(want);
});
