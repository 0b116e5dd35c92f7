/** Which form of the command line to run: the bundle, or in a checkout whose sources are newer, these. */

import { readFileSync, statSync } from "node:fs";

const BUNDLE = new URL("../dist/cli.js", import.meta.url);
/** Written by tools/build.ts into a checkout only: the sources that the bundle was made of. */
const INPUTS = new URL("../dist/inputs.json", import.meta.url);
const SOURCE = new URL("../src/main.ts", import.meta.url);
const REPOSITORY = new URL("../../../", import.meta.url);

function modified(url) {
  return statSync(url, { throwIfNoEntry: false })?.mtimeMs;
}

/** Whether a source of the bundle has changed or gone. A new source needs a change in an old one. */
function isStale(built) {
  const inputs = JSON.parse(readFileSync(INPUTS, "utf8"));
  return inputs.some((input) => {
    const changed = modified(new URL(input, REPOSITORY));
    return changed === undefined || changed > built;
  });
}

export function chooseEntry() {
  const built = modified(BUNDLE);
  if (built === undefined) return SOURCE.href;
  // A published package has no sources, and so no list of them.
  if (modified(INPUTS) !== undefined && isStale(built)) return SOURCE.href;
  return BUNDLE.href;
}
