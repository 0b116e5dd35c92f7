import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { needHost } from "../e2e/needs.ts";
import { ENVIRONMENT, kernelet, type Outcome } from "../e2e/run.ts";
import { buildBusybox, shell } from "./build.ts";
import { type Auth, PASSWORD, type RealRegistry, startRegistry, USER } from "./real-registry.ts";

// Debian's registry, images built by umoci and buildah; what we push, skopeo pulls, and the other way round.

const folder = useFolder();
const running: RealRegistry[] = [];
afterAll(() => Promise.all(running.map((registry) => registry.stop())));

interface Place {
  readonly at: string;
  readonly registry: RealRegistry;
  readonly env: Record<string, string>;
  run(...args: string[]): Promise<Outcome>;
}

let count = 0;

async function setUp(auth: Auth): Promise<Place> {
  const at = join(folder.path, `${auth}-${count++}`);
  mkdirSync(join(at, "docker"), { recursive: true });
  await buildBusybox(join(at, "oci"), at);
  const registry = await startRegistry(join(at, "registry"), auth);
  running.push(registry);
  const env = { DOCKER_CONFIG: join(at, "docker"), KERNELET_ROOT: join(at, "root") };
  return { at, registry, env, run: (...args) => kernelet(args, { env }) };
}

async function skopeo(place: Place, ...words: string[]): Promise<string> {
  const creds = `--authfile ${place.at}/auth.json`;
  writeFileSync(
    `${place.at}/auth.json`,
    JSON.stringify({
      auths: {
        [place.registry.host]: { auth: Buffer.from(`${USER}:${PASSWORD}`).toString("base64") },
      },
    }),
  );
  return await shell(
    `skopeo copy -q --src-tls-verify=false --dest-tls-verify=false ${creds} ${words.join(" ")}`,
    place.at,
  );
}

for (const auth of ["none", "basic", "token"] as const) {
  test(`login, pull, tag, push, and pull by others; auth: ${auth}`, async (context) => {
    needHost(context, "docker-registry", "umoci", "skopeo", "busybox", "htpasswd", "openssl");
    const place = await setUp(auth);
    const { registry, run, at } = place;
    const app = `${registry.host}/team/app`;
    await skopeo(place, `oci:${at}/oci:latest`, `docker://${app}:1`);

    if (auth !== "none") {
      const refused = await run("pull", "-q", `${app}:1`);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/^kernelet: .*; kernelet login 127\.0\.0\.1:\d+/);
      const wrong = await kernelet(["login", "-u", USER, "--password-stdin", registry.host], {
        env: place.env,
        input: "wrong\n",
      });
      expect(wrong).toMatchObject({ code: 1, stdout: "" });
      expect(wrong.stderr).toMatch(/user name or password is wrong/);
      const right = await kernelet(["login", "-u", USER, "--password-stdin", registry.host], {
        env: place.env,
        input: `${PASSWORD}\n`,
      });
      expect(right).toMatchObject({ code: 0, stdout: "Login Succeeded\n" });
    }
    expect(await run("pull", "-q", `${app}:1`)).toEqual({
      code: 0,
      stdout: `${app}:1\n`,
      stderr: "",
    });
    expect((await run("images", "--format", "{{.Repository}}:{{.Tag}}")).stdout).toBe(`${app}:1\n`);
    expect((await run("tag", `${app}:1`, `${registry.host}/other:2`)).code).toBe(0);
    const pushed = await run("push", `${registry.host}/other:2`);
    expect(pushed.code, pushed.stderr).toBe(0);
    // The registry has it from the other repository.
    expect(pushed.stderr).toMatch(/: mounted from another repository\n/);

    await skopeo(place, `docker://${registry.host}/other:2`, `oci:${at}/back:latest`);
    const digestOf = (layout: string): string =>
      JSON.parse(readFileSync(join(at, layout, "index.json"), "utf8")).manifests[0].digest;
    expect(digestOf("back")).toBe(digestOf("oci"));
    if (auth === "token") {
      expect(registry.scopes).toContain("repository:team/app:pull");
      expect(registry.scopes).toContain("repository:other:pull,push");
    }
  });
}

test("a large layer goes in pieces, what is there is not sent again", async (context) => {
  needHost(context, "docker-registry", "umoci", "skopeo", "busybox");
  const place = await setUp("none");
  const { registry, run, at } = place;
  await shell(
    `mkdir big; head -c 40000000 /dev/urandom > big/noise; umoci insert --image oci:latest big /big`,
    at,
  );
  expect((await run("load", "-q", "-i", `${at}/oci`)).stdout).toMatch(/^Loaded image ID: sha256:/);
  const [id = ""] = (await run("images", "-q")).stdout.split("\n");
  await run("tag", id, `${registry.host}/big:1`);
  const first = await run("push", `${registry.host}/big:1`);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stderr.match(/: complete\n/g)).toHaveLength(2);
  expect(
    (await run("push", `${registry.host}/big:1`)).stderr.match(/: already there\n/g),
  ).toHaveLength(2);
  await skopeo(place, `docker://${registry.host}/big:1`, `dir:${at}/dir`);
});

test("an image by buildah, in Docker's format, of two platforms; credentials by a helper", async (context) => {
  needHost(context, "docker-registry", "umoci", "skopeo", "buildah", "busybox", "htpasswd");
  const place = await setUp("basic");
  const { registry, run, at, env } = place;
  const name = `${registry.host}/multi:1`;
  const buildah = `buildah --root ${at}/storage --runroot ${at}/run --storage-driver vfs`;
  const build = ["amd64", "arm64"].map(
    (arch) => `
      c=$(${buildah} from --arch ${arch} scratch)
      ${buildah} copy $c layer-0 / >/dev/null
      ${buildah} config --arch ${arch} --cmd '["/bin/sh"]' $c
      ${buildah} commit -q --format docker --manifest list $c >/dev/null`,
  );
  await skopeo(place);
  await shell(
    `${build.join("\n")}
     ${buildah} manifest push -q --all --format v2s2 --tls-verify=false --authfile auth.json list docker://${name}`,
    at,
  );
  const helper = join(at, "docker-credential-test");
  const answer = JSON.stringify({ ServerURL: registry.host, Username: USER, Secret: PASSWORD });
  writeFileSync(
    helper,
    `#!/bin/sh\ngrep -qx '${registry.host}' && [ "$1" = get ] && echo '${answer}'\n`,
  );
  chmodSync(helper, 0o755);
  writeFileSync(
    join(at, "docker/config.json"),
    JSON.stringify({ credHelpers: { [registry.host]: "test" } }),
  );
  const withHelper = { env: { ...env, PATH: `${at}:${ENVIRONMENT.PATH}` } };
  const pulled = await kernelet(["pull", "-q", name], withHelper);
  expect(pulled).toEqual({ code: 0, stdout: `${name}\n`, stderr: "" });
  expect((await kernelet(["pull", "-q", "--platform=linux/arm64", name], withHelper)).code).toBe(0);
  const refused = await kernelet(["pull", "-q", "--platform=linux/s390x", name], withHelper);
  expect(refused.stderr).toMatch(/is not for linux\/s390x, only for linux\/amd64, linux\/arm64\n$/);
  const platforms = await run("images", "--format", "{{.Platform}}");
  expect(platforms.stdout.split("\n").sort()).toEqual(["", "linux/amd64", "linux/arm64"]);
  // Both are here: the index goes as it is.
  expect((await kernelet(["tag", name, `${registry.host}/copy:1`], withHelper)).code).toBe(0);
  expect((await kernelet(["push", "-q", `${registry.host}/copy:1`], withHelper)).code).toBe(0);
  const raw = await shell(
    `skopeo inspect --raw --tls-verify=false --authfile auth.json docker://${registry.host}/copy:1`,
    at,
  );
  expect(JSON.parse(raw).manifests).toHaveLength(2);
});

test("save, and others load: docker-archive and oci-archive", async (context) => {
  needHost(context, "docker-registry", "umoci", "skopeo", "busybox");
  const at = join(folder.path, "save");
  mkdirSync(at);
  await buildBusybox(join(at, "oci"), at);
  const env = { KERNELET_ROOT: join(at, "root") };
  await shell(
    `skopeo copy -q oci:oci:latest docker-archive:in.tar:example.com/a:1 && gzip -k in.tar`,
    at,
  );
  const loaded = await kernelet(["load", "-q"], {
    env,
    input: readFileSync(join(at, "in.tar.gz")),
  });
  expect(loaded).toEqual({ code: 0, stdout: "Loaded image: example.com/a:1\n", stderr: "" });
  expect((await kernelet(["save", "-o", `${at}/out.tar`, "example.com/a:1"], { env })).code).toBe(
    0,
  );
  await shell(
    "skopeo copy -q docker-archive:out.tar:example.com/a:1 dir:d; skopeo copy -q oci-archive:out.tar:1 dir:o",
    at,
  );
  const again = await kernelet(["load", "-q", "-i", `${at}/out.tar`, "--root", `${at}/other`]);
  expect(again.stdout).toBe("Loaded image: example.com/a:1\n");
  const ids = ["root", "other"].map((root) => kernelet(["images", "-q", "--root", join(at, root)]));
  const [one, two] = await Promise.all(ids);
  expect(one?.stdout).toBe(two?.stdout);
});
