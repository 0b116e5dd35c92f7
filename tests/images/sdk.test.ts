import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ImageStore, load } from "@kernelet/image";
import { Sandbox } from "@kernelet/sdk";
import { expect, test } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { needHost } from "../e2e/needs.ts";
import { buildBusybox, shell } from "./build.ts";

// Sandboxes of the SDK over an image of the store.

const folder = useFolder();

test("an image is a sandbox's root, with what its configuration says", async (context) => {
  needHost(context, "umoci", "busybox");
  const layout = join(folder.path, "oci");
  const root = join(folder.path, "root");
  mkdirSync(root, { recursive: true });
  await buildBusybox(layout, folder.path);
  await shell(
    `umoci config --image ${layout}:latest --config.env FROM=image --config.workingdir /tmp --config.user 7:8`,
    folder.path,
  );
  const store = ImageStore.open(root);
  await load({ store, input: layout });
  const [image] = store.list();
  if (image === undefined) throw new Error("nothing was loaded");

  const options = { root, pull: "never" as const, env: { MORE: "options" } };
  await using sb = await Sandbox.create(image.id, options);
  const { stdout } = await sb.exec("pwd; id -u; echo $FROM $MORE; echo x > mine; ls");
  expect(stdout).toBe("/tmp\n7\nimage options\nmine\n");
  expect(await sb.fs.readFile("/tmp/mine", "utf8")).toBe("x\n");

  // Another one over the same image sees nothing of it.
  await using other = await Sandbox.create({ ...options, image: image.id, user: "0", cwd: "/" });
  expect((await other.exec("id -u; pwd; ls /tmp")).stdout).toBe("0\n/\n");

  await expect(Sandbox.create("no-such-image", { root, pull: "never" })).rejects.toMatchObject({
    code: "IMAGE_NOT_FOUND",
    hint: expect.stringContaining("kernelet pull no-such-image"),
  });
  const refused = "127.0.0.1:1/no/such:1";
  await expect(Sandbox.create(refused, { root })).rejects.toMatchObject({
    ...{ name: "ImageFailedError", code: "IMAGE_FAILED" },
    context: { image: refused, reason: "unreachable", host: "127.0.0.1:1", status: 0 },
  });
  await expect(Sandbox.create(image.id, { root, platform: "?" })).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
  });
});
