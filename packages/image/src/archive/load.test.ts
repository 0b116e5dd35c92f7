import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ImageError } from "../errors.ts";
import { canonicalName, parseReference } from "../reference.ts";
import { removeImages } from "../store/remove.ts";
import { ImageStore } from "../store/store.ts";
import { archive, part, sha256, symlink } from "../testing/tar-builder.ts";
import { load } from "./load.ts";
import { save } from "./save.ts";

// Files are brought to the disk: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

let root = "";
let store: ImageStore;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "load-"));
  store = ImageStore.open(join(root, "store"));
});
afterEach(() => rmSync(root, { recursive: true }));

const LAYER = archive(part("f", { data: "content" }));
const CONFIG = JSON.stringify({
  os: "linux",
  architecture: "amd64",
  rootfs: { type: "layers", diff_ids: [sha256(LAYER), sha256(LAYER)] },
});

/** As docker save wrote before version 25: the same layer twice, the second as a link to the first. */
function dockerArchive(
  list: object = [
    { Config: "c.json", RepoTags: ["app:1", "app:2"], Layers: ["a/layer.tar", "b/layer.tar"] },
  ],
): Buffer {
  return archive(
    part("c.json", { data: CONFIG }),
    part("a/layer.tar", { data: LAYER }),
    symlink("b/layer.tar", "../a/layer.tar"),
    part("manifest.json", { data: JSON.stringify(list) }),
  );
}

test.each([
  { title: "as it is", change: (bytes: Buffer) => bytes },
  { title: "with gzip", change: gzipSync },
  { title: "with zstd", change: zstdCompressSync },
])("an archive of docker save, $title, from a stream", async ({ change }) => {
  const loaded = await load({ store, input: Readable.from([change(dockerArchive())]) });
  expect(loaded.map(({ name }) => name)).toEqual(
    ["app:1", "app:2"].map((name) => canonicalName(parseReference(name))),
  );
  expect(loaded[0]?.image.id).toBe(sha256(CONFIG));
  expect(store.list()).toHaveLength(1);
});

test("what save writes, load reads: ids, names, digests", async () => {
  await load({ store, input: Readable.from([dockerArchive()]) });
  const output = new PassThrough();
  const saving = buffer(output);
  await save({ store, names: ["app:1", "app:2"], output });
  const bytes = await saving;
  const other = ImageStore.open(join(root, "other"));
  await load({ store: other, input: Readable.from([bytes]) });
  const facts = (of: ImageStore): unknown =>
    of.list().map(({ id, names, target }) => ({ id, names, digest: target.digest }));
  expect(facts(other)).toEqual(facts(store));
  expect((await removeImages(other, ["app:1"])).deleted).toEqual([]);
  expect((await removeImages(other, ["app:2"])).deleted.length).toBe(3);
});

test.each([
  { title: "text", bytes: Buffer.alloc(2000, "text"), why: /standard input is no tar of an image/ },
  {
    title: "a tar of something else",
    bytes: archive(part("f")),
    why: /neither an OCI layout nor an archive of docker save/,
  },
  { title: "a damaged gzip", bytes: gzipSync(dockerArchive()).subarray(0, 200), why: /damaged/ },
  {
    title: "xz",
    bytes: Buffer.from("fd377a585a000000", "hex"),
    why: /compressed with xz: uncompress it first/,
  },
  {
    title: "a list of a layer that is not there",
    bytes: dockerArchive([{ Config: "c.json", Layers: ["x", "y"] }]),
    why: /layer x is missing/,
  },
  {
    title: "a configuration of another image",
    bytes: archive(
      part("c.json", { data: CONFIG }),
      part("l", { data: archive(part("other")) }),
      part("manifest.json", { data: '[{"Config":"c.json","Layers":["l","l"]}]' }),
    ),
    why: /is corrupt/,
  },
  {
    title: "an OCI layout without its blobs",
    bytes: archive(
      part("oci-layout", { data: "{}" }),
      part("index.json", {
        data: JSON.stringify({ manifests: [{ mediaType: "x", digest: sha256("x"), size: 1 }] }),
      }),
    ),
    why: /blobs\/sha256\/[0-9a-f]{64} is missing/,
  },
])("refuses $title", async ({ bytes, why }) => {
  const failure = await load({ store, input: Readable.from([bytes]) }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ImageError);
  expect((failure as Error).message).toMatch(why);
  expect(store.list()).toEqual([]);
});

test("a folder's documents do not lead out of it", async () => {
  const folder = join(root, "folder");
  mkdirSync(folder);
  writeFileSync(join(root, "secret"), CONFIG);
  writeFileSync(join(folder, "manifest.json"), '[{"Config":"../secret","Layers":[]}]');
  await expect(load({ store, input: folder })).rejects.toThrow("the name leads out of the image");
});
