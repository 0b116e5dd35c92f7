/**
 * npm runs this after an install, on whatever Node it runs on itself, and it never fails the install.
 *
 * It links a fitting Node into node_modules/.bin where npm has not: npm 10 links the one of our platform's
 * package, and removes the link again when it discards the packages of the other platforms, whose binary has
 * the same name. Every `npm run` relies on that link.
 *
 * It then builds the bundles, which only make the start quicker: without them the sources run.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { findNode } from "../apps/kernelet/bin/find-node.js";
import { isFitting } from "../apps/kernelet/bin/needed-node.js";

const repository = fileURLToPath(new URL("..", import.meta.url));

function linkNode(node) {
  const bin = join(repository, "node_modules", ".bin");
  try {
    mkdirSync(bin, { recursive: true });
    symlinkSync(relative(bin, node), join(bin, "node"));
  } catch (error) {
    if (error.code !== "EEXIST") console.log(`node_modules/.bin/node: ${error.message}`);
  }
}

let node = process.execPath;
if (!isFitting(process.versions.node)) {
  node = findNode();
  if (node !== undefined && process.platform !== "win32") linkNode(node);
}

if (node === undefined) {
  console.log("not built: this needs Node 24");
} else {
  const { status } = spawnSync(node, [join(repository, "tools", "build.ts")], {
    stdio: ["ignore", "inherit", "ignore"],
  });
  if (status !== 0)
    console.log("not built, kernelet runs from its sources; npm run build says why");
}
