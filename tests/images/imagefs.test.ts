import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { ImageStore, load } from "@kernelet/image";
import { expect, type TestContext, test, vi } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { needHost, needSlowSet } from "../e2e/needs.ts";
import { shell } from "./build.ts";
import { type FileFacts, guestTree } from "./guest-tree.ts";

// The same image, unpacked by umoci onto the host's disk and seen through imagefs without being unpacked.

// Thousands of files are removed at the end.
vi.setConfig({ hookTimeout: 120_000 });

const folder = useFolder();

function needRoot(context: TestContext, ...programs: string[]): void {
  needHost(context, "umoci", "python3", ...programs);
  if (process.getuid?.() !== 0) context.skip("only root can unpack owners and devices");
}

function hostTree(root: string): FileFacts[] {
  const script = join(import.meta.dirname, "host-tree.py");
  const text = execFileSync("python3", [script, root], { maxBuffer: 2 ** 30, encoding: "utf8" });
  return JSON.parse(text);
}

async function compare(layout: string, work: string): Promise<FileFacts[]> {
  await shell(`umoci unpack --image ${layout}:latest ${work}/bundle`, work);
  const store = ImageStore.open(join(work, "root"));
  const [loaded] = await load({ store, input: layout });
  if (loaded === undefined) throw new Error("nothing was loaded");
  const found = guestTree(await store.mountable(loaded.image));
  const wanted = hostTree(`${work}/bundle/rootfs`);
  expect(found.map(({ path }) => path)).toEqual(wanted.map(({ path }) => path));
  found.forEach((file, i) => {
    const want = wanted[i] as FileFacts;
    // JSON has rounded the nanoseconds alike on both sides.
    expect(file).toEqual({ ...want, mtime: Number(want.mtime) });
  });
  return found;
}

const FIRST = `
mkdir -p a/b gone opaque/old "$(printf 'long%.0s' $(seq 40))"
printf one > a/f; ln a/f a/hard; ln -s ../a/f a/b/soft; ln -s /a abs
printf setuid > suid; chmod 4755 suid; chown 12:34 suid
mkfifo -m 600 fifo; mknod -m 640 null c 1 3; mknod disk b 8 300
printf x > gone/x; printf y > opaque/y; printf z > opaque/old/z; printf w > whited
truncate -s 5M sparse; printf middle | dd of=sparse bs=1 seek=2500000 conv=notrunc status=none
printf '\\xff\\xfe' > "$(printf 'not\\xffutf8')"; printf u > 'ünïcode'
python3 -c "import os; os.setxattr('a/f', 'user.note', bytes(range(256)))"
python3 -c "import os; os.setxattr('suid', 'security.capability', bytes.fromhex('0100000200200000000000000000000000000000'))"
touch -d '1999-12-31 23:59:59.123456789' a/f; touch -d 1960-01-01 old; chmod 1777 a/b
head -c 300000 /dev/urandom > random; chown 3000000000:3000000001 random
`;

const SECOND = `
mkdir -p a opaque
printf two-longer > a/hard; printf new > opaque/new; printf again > whited2
chmod 711 a
`;

test("layers with everything in them", async (context) => {
  needRoot(context);
  const work = (await shell("mktemp -d -p .", folder.path)).trim();
  const at = join(folder.path, work);
  await shell(`mkdir one two; (cd one; ${FIRST}); (cd two; ${SECOND})`, at);
  await shell(
    `umoci init --layout oci; umoci new --image oci:latest
     umoci insert --image oci:latest one /
     umoci insert --image oci:latest --whiteout /gone
     umoci insert --image oci:latest --whiteout /whited
     umoci insert --image oci:latest --opaque two/opaque /opaque
     umoci insert --image oci:latest two /`,
    at,
  );
  const files = await compare(join(at, "oci"), at);
  const paths = files.map(({ path }) => path);
  expect(paths).toContain("/opaque/new");
  for (const gone of ["/gone", "/whited", "/opaque/y", "/opaque/old"])
    expect(paths).not.toContain(gone);
  expect(files.find(({ path }) => path === "/a/f")?.nlink).toBe(1);
});

test("the files of a Debian, by debootstrap", { timeout: 600_000 }, async (context) => {
  needSlowSet(context);
  needRoot(context, "debootstrap");
  const at = join(folder.path, "debian");
  try {
    await shell(
      `mkdir -p ${at}; debootstrap --foreign --variant=minbase bookworm ${at}/root "$(${MIRROR})"`,
      folder.path,
    );
  } catch (error) {
    context.skip(`debootstrap fails here: ${String(error).slice(-200)}`);
  }
  await shell(
    `umoci init --layout oci; umoci new --image oci:latest
     umoci insert --image oci:latest root /
     rm -rf root`,
    at,
  );
  const files = await compare(join(at, "oci"), at);
  expect(files.length).toBeGreaterThan(5000);
});

/** The mirror that this machine takes packages from. */
const MIRROR = `grep -rhoE 'https?://[^ ]*debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -1 | tr -d ' '`;
