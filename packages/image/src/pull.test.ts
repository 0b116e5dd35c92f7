import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DigestError, ImageError, LayerError, RegistryError } from "./errors.ts";
import type { ImageEvent } from "./events.ts";
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_LAYER } from "./media-types.ts";
import { type PulledImage, pull } from "./pull.ts";
import { RegistriesConfig } from "./registry/config.ts";
import { ImageStore } from "./store/store.ts";
import { FakeRegistry, layerWith, noise } from "./testing/fake-registry.ts";
import { sha256 } from "./testing/tar-builder.ts";

// Files are brought to the disk: on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

let root = "";
let registry: FakeRegistry;
let store: ImageStore;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "pull-"));
  registry = await FakeRegistry.start();
  store = ImageStore.open(root);
});

afterEach(async () => {
  await registry.stop();
  rmSync(root, { recursive: true });
});

const RETRIES = { attempts: 4, firstDelayMs: 1, longestDelayMs: 5 };

interface More {
  readonly platform?: { os: string; architecture: string };
  readonly registries?: RegistriesConfig;
  readonly env?: Record<string, string>;
  readonly onEvent?: (event: ImageEvent) => void;
  readonly idleMs?: number;
  readonly signal?: AbortSignal;
}

function pullTag(tag = "app:1", more: More = {}): Promise<PulledImage> {
  return pull({
    store,
    name: `${registry.host}/${tag}`,
    env: { HOME: root, ...more.env },
    registries: new RegistriesConfig(),
    retries: RETRIES,
    ...more,
  });
}

/** What a failed pull may leave: nothing but content with the right digest. */
function leftovers(): string[] {
  return [...readdirSync(store.paths.tmp), ...readdirSync(store.paths.ingest)];
}

const LAYERS = [layerWith("a", noise(200_000)), layerWith("b", "second")];

test("brings what the tag means, whole, and asks only once", async () => {
  const target = registry.addImage("1", LAYERS);
  const first = await pullTag();
  expect(first).toMatchObject({
    digest: target.digest,
    isNew: true,
    name: `${registry.host}/app:1`,
  });
  const { layers, tree } = await store.mountable(first.image);
  expect(layers.map((file) => sha256(readFileSync(file)))).toEqual(
    LAYERS.map((tar) => sha256(tar)),
  );
  expect(existsSync(tree)).toBe(true);

  registry.seen.length = 0;
  expect((await pullTag()).isNew).toBe(false);
  expect(registry.seen.filter(({ path }) => path !== "/v2/").map(({ method }) => method)).toEqual([
    "HEAD",
  ]);
});

test.each([
  { title: "zstd", options: { compress: zstdCompressSync, suffix: "+zstd" } },
  {
    title: "two zstd frames",
    options: {
      compress: (b: Buffer) =>
        Buffer.concat([zstdCompressSync(b.subarray(0, 512)), zstdCompressSync(b.subarray(512))]),
      suffix: "+zstd",
    },
  },
  { title: "uncompressed", options: { compress: (b: Buffer) => b, suffix: "" } },
  { title: "a media type that says less than the bytes", options: { suffix: "" } },
])("layers: $title", async ({ options }) => {
  registry.addImage("1", LAYERS, options);
  const { image } = await pullTag();
  const { layers } = await store.mountable(image);
  expect(layers.map((file) => sha256(readFileSync(file)))).toEqual(
    LAYERS.map((tar) => sha256(tar)),
  );
});

test.each([{ type: undefined }, { type: DOCKER_LIST }])(
  "an index ($type): the platform that was asked for",
  async ({ type }) => {
    const platforms = ["arm64", "amd64", "s390x"].map((architecture) => ({
      ...registry.addImage(architecture, [layerWith("arch", architecture)], { architecture }),
      platform: { os: "linux", architecture },
    }));
    const attestation = {
      ...registry.addImage("att", []),
      platform: { os: "unknown", architecture: "unknown" },
    };
    const target = registry.addIndex("1", [...platforms, attestation], type);
    const pulled = await pullTag();
    expect(pulled.digest).toBe(target.digest);
    expect(pulled.image.config.platform.architecture).toBe("amd64");
    const arm = await pullTag("app:1", { platform: { os: "linux", architecture: "arm64" } });
    expect(arm.image.config.platform.architecture).toBe("arm64");
    expect(store.list().map(({ config }) => config.platform.architecture)).toEqual([
      "arm64",
      "amd64",
    ]);
    await expect(
      pullTag("app:1", { platform: { os: "linux", architecture: "riscv64" } }),
    ).rejects.toThrow(
      /is not for linux\/riscv64, only for linux\/arm64, linux\/amd64, linux\/s390x$/,
    );
  },
);

test("an image of another platform is refused by its configuration", async () => {
  registry.addImage("1", LAYERS, { architecture: "arm64" });
  await expect(pullTag()).rejects.toThrow(/is not for linux\/amd64, only for linux\/arm64/);
  expect(store.list()).toEqual([]);
});

test("a registry that cuts layers again and again is asked for the rest each time", async () => {
  registry.addImage("1", [layerWith("a", noise(400_000))]);
  const ranges: string[] = [];
  registry.intercept = (request, response, self) => {
    const digest = request.url?.split("/").at(-1) ?? "";
    const bytes = self.blobs.get(digest);
    if (!request.url?.includes("/blobs/") || bytes === undefined || bytes.length < 100_000)
      return false;
    ranges.push(request.headers.range ?? "");
    const from = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
    response.writeHead(from > 0 ? 206 : 200, {
      "content-length": bytes.length - from,
      ...(from > 0 && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    const end = Math.min(bytes.length, from + 60_000);
    response.write(bytes.subarray(from, end), () => {
      if (end < bytes.length) response.destroy();
      else response.end();
    });
    return true;
  };
  const retries: ImageEvent[] = [];
  await pullTag("app:1", { onEvent: (event) => event.type === "retry" && retries.push(event) });
  expect(ranges.slice(0, 3)).toEqual(["", "bytes=60000-", "bytes=120000-"]);
  // More cuts than attempts: each brought something.
  expect(retries.length).toBeGreaterThan(RETRIES.attempts);
  expect(leftovers()).toEqual([]);
});

test("a registry that dies in the middle: one error, and the next pull goes on there", async () => {
  registry.addImage("1", [layerWith("a", noise(400_000))]);
  registry.intercept = (request, response, self) => {
    const bytes = self.blobs.get(request.url?.split("/").at(-1) ?? "");
    if (!request.url?.includes("/blobs/") || bytes === undefined || bytes.length < 100_000)
      return false;
    if (request.headers.range !== undefined) {
      response.destroy();
      return true;
    }
    response.writeHead(200, { "content-length": bytes.length });
    response.write(bytes.subarray(0, 250_000), () => response.destroy());
    return true;
  };
  const failure = await pullTag().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(RegistryError);
  expect(failure).toMatchObject({
    code: "unreachable",
    message: expect.stringContaining("the connection was cut"),
  });
  expect(store.list()).toEqual([]);
  registry.intercept = () => false;
  registry.seen.length = 0;
  await pullTag();
  expect(registry.seen.some(({ headers }) => /^bytes=[1-9]\d+-$/.test(headers.range ?? ""))).toBe(
    true,
  );
  expect(leftovers()).toEqual([]);
});

test("what a dead process left is taken over, and if it is wrong, thrown away", async () => {
  const layer = registry.addImage("1", [layerWith("a", noise(400_000))]);
  const manifest = JSON.parse(registry.manifests.get(layer.digest)?.bytes.toString() ?? "");
  const [{ digest }] = manifest.layers;
  const left = join(store.paths.ingest, `${digest.replace(":", "-")}.999999999.0`);
  writeFileSync(left, Buffer.alloc(1000, "wrong"));
  await pullTag();
  expect(
    registry.seen.filter(({ path }) => path.endsWith(digest)).map(({ headers }) => headers.range),
  ).toEqual(["bytes=1000-", undefined]);
  expect(leftovers()).toEqual([]);
});

test("a server without ranges sends all of it again", async () => {
  registry.addImage("1", [layerWith("a", noise(300_000))]);
  let cut = true;
  registry.intercept = (request, response, self) => {
    const bytes = self.blobs.get(request.url?.split("/").at(-1) ?? "");
    if (!request.url?.includes("/blobs/") || bytes === undefined || bytes.length < 100_000)
      return false;
    response.writeHead(200, { "content-length": bytes.length });
    const isLast = !cut;
    cut = false;
    response.write(bytes.subarray(0, isLast ? bytes.length : 100_000), () =>
      isLast ? response.end() : response.destroy(),
    );
    return true;
  };
  await pullTag();
});

test("throttling: waits as long as it is told to", async () => {
  registry.addImage("1", LAYERS);
  let refusals = 1;
  registry.intercept = (request, response) => {
    if (!request.url?.includes("/manifests/") || refusals-- <= 0) return false;
    response.writeHead(429, { "retry-after": "1" }).end();
    return true;
  };
  const delays: number[] = [];
  await pullTag("app:1", {
    onEvent: (event) => event.type === "retry" && delays.push(event.delayMs),
  });
  expect(delays).toEqual([1000]);
});

test("throttling for ever is an error in the end", async () => {
  registry.intercept = (request, response) => {
    if (!request.url?.includes("/manifests/")) return false;
    response.writeHead(503).end();
    return true;
  };
  await expect(pullTag()).rejects.toThrow(/answers .*app:1 with an error of its own, 503$/);
});

test.each([
  {
    title: "a layer that is not what its digest says",
    spoil: (r: FakeRegistry) =>
      spoilLargest(r, (b) => Buffer.concat([Buffer.from([(b[0] as number) ^ 1]), b.subarray(1)])),
    error: DigestError,
    why: /is corrupt: its digest is sha256:/,
  },
  {
    title: "a layer that does not end",
    spoil: (r: FakeRegistry) => spoilLargest(r, (b) => Buffer.concat([b, Buffer.alloc(1000)])),
    error: DigestError,
    why: /more than the \d+ bytes it should have/,
  },
  {
    title: "a diff id that is another's",
    spoil: (r: FakeRegistry) => r.addImage("1", LAYERS, { diffIds: [sha256("x"), sha256("y")] }),
    error: DigestError,
    why: /uncompressed, is corrupt/,
  },
  {
    title: "fewer diff ids than layers",
    spoil: (r: FakeRegistry) => r.addImage("1", LAYERS, { diffIds: [] }),
    error: ImageError,
    why: /2 layers and 0 diff ids/,
  },
  {
    title: "a layer that is no archive",
    spoil: (r: FakeRegistry) => r.addImage("1", [Buffer.alloc(2000, "text")]),
    error: LayerError,
    why: /wrong checksum/,
  },
  {
    title: "a layer that is no gzip after all",
    spoil: (r: FakeRegistry) =>
      r.addImage("1", LAYERS, { compress: (b) => Buffer.concat([Buffer.from([0x1f, 0x8b]), b]) }),
    error: ImageError,
    why: /cannot be uncompressed: it is damaged/,
  },
  {
    title: "a gzip cut short",
    spoil: (r: FakeRegistry) =>
      r.addImage("1", LAYERS, { compress: (b) => zstdCompressSync(b).subarray(0, -20) }),
    error: ImageError,
    why: /damaged|corrupt/,
  },
  {
    title: "a manifest that is not what its digest says",
    spoil: (r: FakeRegistry) => spoilManifest(r),
    error: DigestError,
    why: /the manifest of .* is corrupt|bytes and should have/,
  },
  {
    title: "a foreign layer",
    spoil: (r: FakeRegistry) =>
      withLayerType(r, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"),
    error: ImageError,
    why: /is foreign/,
  },
  {
    title: "a layer of another kind",
    spoil: (r: FakeRegistry) => withLayerType(r, "application/vnd.example.thing"),
    error: ImageError,
    why: /'application\/vnd.example.thing' is no layer/,
  },
  {
    title: "schema 1",
    spoil: (r: FakeRegistry) =>
      r.addDocument(
        "application/vnd.docker.distribution.manifest.v1+prettyjws",
        { schemaVersion: 1 },
        "1",
      ),
    error: ImageError,
    why: /schema 1 is not supported/,
  },
  {
    title: "a manifest that is an index, too",
    spoil: (r: FakeRegistry) =>
      r.addDocument(DOCKER_MANIFEST, { schemaVersion: 2, layers: [], manifests: [] }, "1"),
    error: ImageError,
    why: /both an index and a manifest/,
  },
  {
    title: "a manifest of megabytes",
    spoil: (r: FakeRegistry) => r.addDocument(DOCKER_MANIFEST, { x: "x".repeat(5_000_000) }, "1"),
    error: ImageError,
    why: /is larger than 4194304 bytes/,
  },
  {
    title: "no such tag",
    spoil: (r: FakeRegistry) => r.manifests.delete("1"),
    error: RegistryError,
    why: /app:1 is not in the registry .*/,
  },
])("refuses $title", async ({ spoil, error, why }) => {
  registry.addImage("1", LAYERS);
  spoil(registry);
  const failure = await pullTag().catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(error);
  expect((failure as Error).message).toMatch(why);
  expect(store.list()).toEqual([]);
  expect(readdirSync(store.paths.tmp)).toEqual([]);
});

function spoilLargest(r: FakeRegistry, change: (bytes: Buffer) => Buffer): void {
  const [digest, bytes] = [...r.blobs].sort(([, a], [, b]) => b.length - a.length)[0] as [
    string,
    Buffer,
  ];
  r.blobs.set(digest, change(bytes));
}

function spoilManifest(r: FakeRegistry): void {
  const { digest } = r.addImage("1", LAYERS);
  r.manifests.set(digest, r.manifests.get(r.addImage("other", []).digest) as never);
}

function withLayerType(r: FakeRegistry, mediaType: string): void {
  const config = r.addBlob(
    "application/vnd.oci.image.config.v1+json",
    Buffer.from('{"rootfs":{}}'),
  );
  const layers = [{ ...r.addBlob(OCI_LAYER, LAYERS[0] as Buffer), mediaType }];
  r.addDocument(
    DOCKER_MANIFEST,
    { schemaVersion: 2, mediaType: DOCKER_MANIFEST, config, layers },
    "1",
  );
}

test("blobs on another host: it does not see whom the registry knows", async () => {
  registry.addImage("1", LAYERS);
  const other = await FakeRegistry.start();
  for (const [digest, bytes] of registry.blobs) other.blobs.set(digest, bytes);
  registry.intercept = (request, response) => {
    if (request.headers.authorization === undefined) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
      return true;
    }
    if (!request.url?.includes("/blobs/")) return false;
    response.writeHead(307, { location: `http://${other.host}${request.url}` }).end();
    return true;
  };
  const auth = Buffer.from("user:secret").toString("base64");
  writeFileSync(
    join(root, "config.json"),
    JSON.stringify({ auths: { [registry.host]: { auth } } }),
  );
  await pullTag("app:1", { env: { DOCKER_CONFIG: root } });
  expect(registry.seen.at(-1)?.headers.authorization).toBe(`Basic ${auth}`);
  expect(other.seen.length).toBeGreaterThan(0);
  expect(other.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  await other.stop();
});

test("a redirect from TLS to none, or in circles, is refused", async () => {
  registry.addImage("1", LAYERS);
  registry.intercept = (request, response) => {
    if (!request.url?.includes("/blobs/")) return false;
    response.writeHead(302, { location: request.url }).end();
    return true;
  };
  await expect(pullTag()).rejects.toThrow(/redirects in circles/);
});

test("a registry that says nothing is not waited for for ever", async () => {
  registry.intercept = (request) => request.url?.includes("/manifests/") === true;
  await expect(pullTag("app:1", { idleMs: 30 })).rejects.toThrow(
    /cannot be reached: no answer for 0.03 seconds/,
  );
});

test.each([
  { title: "before an answer", path: "/manifests/", begin: undefined },
  { title: "within a layer", path: "/blobs/", begin: "the beginning" },
])("a signal ends it $title", async ({ path, begin }) => {
  registry.addImage("1", LAYERS);
  const abort = new AbortController();
  registry.intercept = (request, response) => {
    if (request.url?.includes(path) !== true) return false;
    if (begin !== undefined) response.writeHead(200, { "content-length": 200_000 }).write(begin);
    setImmediate(() => abort.abort(new Error("enough")));
    return true;
  };
  await expect(pullTag("app:1", { signal: abort.signal })).rejects.toThrow("enough");
  const before = registry.seen.length;
  await expect(pullTag("app:1", { signal: abort.signal })).rejects.toThrow("enough");
  expect(registry.seen).toHaveLength(before);
});

test("a mirror is asked first, and one that fails or lies costs nothing", async () => {
  registry.addImage("1", LAYERS);
  const mirror = await FakeRegistry.start();
  mirror.addImage("1", LAYERS);
  const config = {
    registries: {
      "example.com": {
        mirrors: [`http://127.0.0.1:9`, `http://${mirror.host}/proxy`, `http://${registry.host}`],
      },
    },
  };
  const registries = RegistriesConfig.parse(JSON.stringify(config), "registries.json");
  mirror.intercept = (request, response) => {
    if (!request.url?.includes("/blobs/")) return false;
    response.writeHead(500).end();
    return true;
  };
  const pulled = await pull({
    store,
    name: "example.com/app:1",
    env: { HOME: root },
    registries,
    retries: RETRIES,
  });
  expect(pulled.name).toBe("example.com/app:1");
  expect(mirror.seen.map(({ path }) => path)).toContain("/v2/proxy/app/manifests/1");
  expect(registry.seen.map(({ path }) => path).every((path) => path.includes("/blobs/"))).toBe(
    true,
  );
  await mirror.stop();
});
