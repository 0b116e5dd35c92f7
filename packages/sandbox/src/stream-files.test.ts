import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { streamFiles } from "./stream-files.ts";

test.skipIf(process.platform !== "linux")(
  "tells where regular files stand, and of nothing else",
  () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kernelet-streams-"));
    const name = path.join(folder, "file");
    fs.writeFileSync(name, "0123456789");
    const reader = fs.openSync(name, "r");
    const writer = fs.openSync(name, "a");
    const device = fs.openSync("/dev/null", "r");
    try {
      fs.readSync(reader, new Uint8Array(4), 0, 4, null);
      const [input, output, ...others] = streamFiles([reader, device, writer]);
      expect(input).toMatchObject({ number: 0, pos: 4 });
      expect(output?.number).toBe(2);
      expect((output?.flags ?? 0) & fs.constants.O_APPEND).toBe(fs.constants.O_APPEND);
      expect(others).toEqual([]);
    } finally {
      for (const fd of [reader, writer, device]) fs.closeSync(fd);
      fs.rmSync(folder, { recursive: true });
    }
  },
);
