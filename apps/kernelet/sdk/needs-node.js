/** Loaded before the SDK, by a Node that may be too old for it: plain JavaScript for Node 16, as in bin/. */

import process from "node:process";
import { isFitting, NEEDED_MAJOR } from "../bin/needed-node.js";

if (!isFitting(process.versions.node)) {
  throw new Error(
    `kernelet needs Node ${NEEDED_MAJOR} or later and this is ${process.versions.node}; ` +
      `scripts of package.json and "npx node" run the Node ${NEEDED_MAJOR} that comes with it`,
  );
}
