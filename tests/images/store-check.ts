/** Looks at a store from outside: whatever has happened to it, what it shows must be whole. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ImageStore } from "@kernelet/image";
import { expect } from "vitest";
import { guestTree } from "./guest-tree.ts";

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

function digestOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** Every file has the content that its name says, and every image of the list can be read to its last byte. */
export async function checkStore(root: string): Promise<ImageStore> {
  const images = join(root, "images");
  for (const file of filesIn(join(images, "blobs")))
    expect(file.endsWith(digestOf(file)), file).toBe(true);
  for (const file of filesIn(join(images, "layers"))) {
    expect(file.endsWith(`${digestOf(file)}.tar`), file).toBe(true);
  }
  const store = ImageStore.open(root);
  const listed = store.references.list();
  const found = store.list();
  expect(found.length).toBeGreaterThanOrEqual(listed.length > 0 ? 1 : 0);
  for (const image of found)
    expect(guestTree(await store.mountable(image)).length).toBeGreaterThan(1);
  return store;
}

export function halfDone(root: string): string[] {
  return ["tmp", "ingest"].flatMap((name) => filesIn(join(root, "images", name)));
}
