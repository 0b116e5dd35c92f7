/** `npm run layers`: the imports of every part against tools/layers/ranks.ts, and the check against itself. */

import { globSync } from "node:fs";
import { join } from "node:path";
import { checkLayers } from "./cruise.ts";
import { plantViolations } from "./plant.ts";
import { RANKS } from "./ranks.ts";

const repository = join(import.meta.dirname, "../..");
const complaints: string[] = [];

const parts = globSync("{packages,apps}/*", { cwd: repository });
const ranked = new Set(RANKS.flat());
for (const part of parts) {
  if (!ranked.has(part)) complaints.push(`${part} has no rank in tools/layers/ranks.ts`);
}

const report = await checkLayers(repository);
for (const { rule, from, to } of report.violations) complaints.push(`${rule}: ${from} → ${to}`);
for (const source of report.unread) complaints.push(`not read: ${source}`);
for (const line of await plantViolations(repository))
  complaints.push(`the check is blind: ${line}`);

for (const line of complaints) console.error(line);
if (complaints.length > 0) process.exit(1);
console.log(
  `layers: ${report.read} modules, ${report.imports} imports, none forbidden; every planted violation found`,
);
