/** Which form of the command line to run: the bundle, or in a checkout whose sources are newer, these. */

import { readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const BUNDLE = new URL("../dist/cli.js", import.meta.url);
/** Written by tools/build.ts into a checkout only: the sources that the bundle was made of. */
const INPUTS = new URL("../dist/inputs.json", import.meta.url);
const SOURCE = new URL("../src/main.ts", import.meta.url);

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** Whether a source of the bundle has changed or gone. A new source needs a change in an old one. */
function isStale(built) {
  const inputs = JSON.parse(readFileSync(INPUTS, "utf8"));
  // A thousand names: not each through a URL, which takes longer than the question.
  const repository = fileURLToPath(new URL("../../../", import.meta.url));
  return inputs.some((input) => {
    const changed = modified(repository + input);
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
