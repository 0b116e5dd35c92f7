/** Which of the caller's stdin, stdout and stderr are regular files, and where they stand. For the launcher's side. */
import fs from "node:fs";
import type { StreamFile } from "./protocol.ts";

/**
 * @param descriptors of this process, for the sandbox's 0, 1 and 2.
 * @returns those that are regular files; none where the host does not tell positions (Linux does: proc_pid_fdinfo(5)).
 */
export function streamFiles(descriptors: readonly (number | "ignore")[]): StreamFile[] {
  const files: StreamFile[] = [];
  descriptors.forEach((fd, number) => {
    const state = fd === "ignore" ? null : describe(fd);
    if (state !== null) files.push({ number, ...state });
  });
  return files;
}

function describe(fd: number): { readonly pos: number; readonly flags: number } | null {
  try {
    if (!fs.fstatSync(fd).isFile()) return null;
    const text = fs.readFileSync(`/proc/self/fdinfo/${fd}`, "latin1");
    const pos = /^pos:\s*(\d+)$/m.exec(text)?.[1];
    const flags = /^flags:\s*([0-7]+)$/m.exec(text)?.[1];
    if (pos === undefined || flags === undefined) return null;
    return { pos: Number(pos), flags: Number.parseInt(flags, 8) };
  } catch {
    return null;
  }
}
