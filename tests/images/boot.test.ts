import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ImageStore, load, removeImages } from "@kernelet/image";
import { describeLeft, launch, type Outcome } from "@kernelet/sandbox";
import { expect, test } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { needHost } from "../e2e/needs.ts";
import { buildLayout } from "./build.ts";

// A sandbox whose root is an image of the store.

const folder = useFolder();

const LAYERS = [
  `mkdir -p bin etc home/user tmp
   cp "$(command -v busybox)" bin/busybox
   for name in sh ls cat id stat rm ln echo head wc; do ln -s busybox bin/$name; done
   echo root:x:0:0:root:/:/bin/sh > etc/passwd; echo user:x:1000:1000::/home/user:/bin/sh >> etc/passwd
   echo lower > etc/gone; echo lower > etc/both; chmod 1777 tmp; chown 1000:1000 home/user
   truncate -s 1M etc/sparse; echo end >> etc/sparse`,
  `mkdir etc; echo upper > etc/both; ln etc/both etc/other`,
];

const SCRIPT = `
cat /etc/both; cat /etc/gone; stat -c '%h %U %a' /etc/both /home/user /tmp
echo changed > /etc/other; cat /etc/both; rm /etc/other; stat -c %h /etc/both
head -c 5 /etc/sparse | wc -c; wc -c < /etc/sparse
echo x > /home/user/mine && cat /home/user/mine; echo x > /etc/no
id -u`;

/** A file with two names is written, and loses one. */
const CHANGES = {
  root: ["changed", "1"],
  user: [
    "sh: can't create /etc/other: Permission denied",
    "upper",
    "rm: can't remove '/etc/other': Permission denied",
    "2",
  ],
};
const LAST = { root: ["0"], user: ["sh: can't create /etc/no: Permission denied", "1000"] };

interface Run {
  readonly outcome: Outcome;
  readonly text: string;
}

async function run(image: { tree: string; layers: string[] }, user: string): Promise<Run> {
  const file = join(folder.path, `out-${user}`);
  const out = openSync(file, "w");
  const sandbox = launch({
    config: {
      layers: [],
      image,
      volumes: [],
      program: {
        argv: ["sh", "-c", SCRIPT],
        env: ["PATH=/bin"],
        cwd: "/",
        isCwdRequired: true,
        user,
      },
      stdio: { kind: "inherited" },
      hostname: "image",
    },
    stdio: [openSync("/dev/null", "r"), out, out],
  });
  const outcome = await sandbox.outcome;
  closeSync(out);
  return { outcome, text: readFileSync(file, "utf8") };
}

test("a sandbox runs an image from its tars, and writes stay in it", async (context) => {
  needHost(context, "umoci", "busybox");
  if (process.getuid?.() !== 0) context.skip("only root can give files to another user");
  const layout = join(folder.path, "oci");
  await buildLayout(layout, LAYERS, folder.path);
  const store = ImageStore.open(join(folder.path, "root"));
  const [loaded] = await load({ store, input: layout });
  if (loaded === undefined) throw new Error("nothing was loaded");
  const image = await store.mountable(loaded.image);

  for (const user of ["root", "user"] as const) {
    const { outcome, text } = await run(image, user);
    expect(outcome.kind).toBe("exited");
    if (outcome.kind === "exited") expect(describeLeft(outcome.report)).toBe("");
    expect(text.split("\n").filter((line) => line !== "")).toEqual([
      ...["upper", "lower", "2 root 644", "2 user 755", "2 root 1777"],
      ...CHANGES[user],
      ...["5", "1048580", "x"],
      ...LAST[user],
    ]);
  }

  // Whoever runs it keeps it: the files are open.
  const running = run(image, "root");
  await removeImages(store, [loaded.image.id], { isForced: true });
  expect(store.list()).toEqual([]);
  const { outcome } = await running.finally(() =>
    rmSync(join(folder.path, "root"), { recursive: true }),
  );
  // Either it was quicker, or it says that the image is gone; it never sees half of one.
  expect(["exited", "failed"]).toContain(outcome.kind);
});
