/** A profile as lines of "outer;inner microseconds", which other tools for flame graphs read. */
import type { ProfileData, ProfileFrame } from "@kernelet/sandbox";

export function folded({ frames, tree }: ProfileData): string {
  const lines: string[] = [];
  const paths: string[] = [];
  tree.frame.forEach((frame, i) => {
    const parent = tree.parent[i] as number;
    const above = parent <= 0 ? "" : `${paths[parent]};`;
    // The root is everything: nobody writes it down.
    const path = parent < 0 ? "" : above + title(frames[frame] as ProfileFrame);
    paths.push(path);
    const us = tree.self[i] as number;
    if (us > 0) lines.push(`${path === "" ? "[other]" : path} ${us}`);
  });
  return `${lines.sort().join("\n")}\n`;
}

/** Of C++ a name may have any character but a zero. */
function title({ name, object }: ProfileFrame): string {
  const file = object.slice(object.lastIndexOf("/") + 1);
  const text = object === "" ? name : `${file}\`${name}`;
  return text.replaceAll(/[;\n]/g, ":");
}
