/** Licences of the packages whose code is in the bundles: they ask to go along. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @param inputs sources of the bundles, from the repository. */
export function notices(repository: string, inputs: readonly string[]): string {
  const folders = new Set(
    inputs.flatMap((input) => {
      const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      return found === undefined ? [] : [join(repository, found)];
    }),
  );
  return [...folders].sort().map(noticeOf).join("\n");
}

function noticeOf(folder: string): string {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { name, version, license } = manifest as Readonly<Record<string, string>>;
  const file = existsSync(folder)
    ? readdirSync(folder).find((one) => /^licen[cs]e/i.test(one))
    : undefined;
  const text = file === undefined ? "" : `\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
  return `${name} ${version} (${license})\n${text}`;
}
