/** `npm run build`: the bundles of the checkout, which `npx kernelet` prefers while no source is newer. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleInto } from "./bundle.ts";

const dist = join(import.meta.dirname, "../apps/kernelet/dist");
const { files, inputs } = await bundleInto(dist);
for (const { name, bytes } of files) console.log(`${name} ${Math.ceil(bytes / 1024)} KiB`);
writeFileSync(join(dist, "inputs.json"), JSON.stringify(inputs));
