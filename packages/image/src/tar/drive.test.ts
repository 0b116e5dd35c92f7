import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { archive, entriesOf, part, pax } from "../testing/tar-builder.ts";
import { scanFile } from "./drive.ts";
import type { TarEntry } from "./entry.ts";

test("a file gives the same entries as a stream, wherever its windows end", () => {
  const folder = mkdtempSync(join(tmpdir(), "tar-"));
  try {
    const parts = Array.from({ length: 60 }, (_, i) => [
      pax([
        ["path", `folder/name-${i}`],
        ["SCHILY.xattr.user.a", Buffer.from(`value ${i}`)],
      ]),
      part("short", { data: "x".repeat(i * 150) }),
    ]);
    const bytes = archive(...parts.flat());
    const file = join(folder, "a.tar");
    writeFileSync(file, bytes);
    const fd = openSync(file, "r");
    const entries: TarEntry[] = [];
    scanFile(fd, { from: 0, to: bytes.length }, (entry) => entries.push(entry));
    closeSync(fd);
    expect(entries).toEqual(entriesOf(bytes));
    expect(entries.at(-1)?.name).toBe("folder/name-59");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
