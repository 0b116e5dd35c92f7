#!/usr/bin/env node
/**
 * Starts the command line on a Node that can run it. What lies here is plain JavaScript that
 * Node 16 understands, because the `node` of the PATH may be that old: it then starts a newer one, which
 * the `node-<platform>-<arch>` packages bring along, and stays in front of it as a shell would.
 */

import module from "node:module";
import process from "node:process";
import { compileCacheFolder } from "./compile-cache.js";
import { chooseEntry } from "./entry.js";
import { isFitting, NEEDED_MAJOR } from "./needed-node.js";

/** What docker(1) and our own command line use for "the tool itself failed". */
const EXIT_TOOL_FAILED = 125;

function fail(message) {
  process.stderr.write(`kernelet: ${message}\n`);
  process.exitCode = EXIT_TOOL_FAILED;
}

async function runHere() {
  // Saves V8 the compilation of our sources from the second start on.
  const compileCache = compileCacheFolder();
  if (compileCache !== undefined) module.enableCompileCache(compileCache);
  try {
    const { main } = await import(chooseEntry());
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    fail(process.env.KERNELET_DEBUG ? error.stack : error.message);
  }
}

async function runElsewhere() {
  const { findNode } = await import("./find-node.js");
  const { runInstead } = await import("./run-instead.js");
  const node = findNode();
  if (node === undefined) {
    fail(
      `needs Node ${NEEDED_MAJOR} or later and this is ${process.versions.node}; ` +
        `npm install node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}@${NEEDED_MAJOR} brings one`,
    );
  } else {
    runInstead(node, process.argv.slice(1), fail);
  }
}

await (isFitting(process.versions.node) ? runHere() : runElsewhere());
