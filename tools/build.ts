/** `npm run build`: the bundles of the checkout, which `npx kernelet` prefers while no source is newer. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleInto } from "./bundle.ts";

const dist = join(import.meta.dirname, "../apps/kernelet/dist");
const { files, inputs } = await bundleInto(dist);
for (const { name, bytes } of files) console.log(`${name} ${Math.ceil(bytes / 1024)} KiB`);
// What others wrote is one file's worth of looking (bin/entry.js): which versions there are.
const own = inputs.filter((input) => !input.includes("node_modules/"));
writeFileSync(join(dist, "inputs.json"), JSON.stringify([...own, "package-lock.json"]));
