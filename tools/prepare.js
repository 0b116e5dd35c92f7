/**
 * npm runs this after an install. It builds the bundles, which only make the start quicker: where esbuild is
 * missing, or the Node too old to run the build, the checkout runs its sources, and the install succeeds.
 */

import { spawnSync } from "node:child_process";
import process from "node:process";

if (Number.parseInt(process.versions.node, 10) < 24) {
  console.log("not built: this needs Node 24; kernelet runs from its sources");
} else {
  const { status } = spawnSync(process.execPath, [new URL("build.ts", import.meta.url).pathname], {
    stdio: ["ignore", "inherit", "pipe"],
  });
  if (status !== 0)
    console.log("not built; kernelet runs from its sources (npm run build says why)");
}
