/** Which Kernelet this is. */
import { readFileSync } from "node:fs";

/** Both src/ and dist/, where the bundle is, lie beside the manifest. */
const MANIFEST = new URL("../package.json", import.meta.url);

export function ownVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(MANIFEST, "utf8"));
  return version;
}
