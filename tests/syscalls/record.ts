/**
 * `node tests/syscalls/record.ts [PART OF A NAME]`: runs the programs three times on the host's kernel and keeps what
 * they print. Needs root with all capabilities, as the programs do.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOnHost } from "./batch.ts";
import { build, WARNINGS } from "./build.ts";
import { programs, writeRecording } from "./programs.ts";

/** How a program ends that check.h's alarm has killed. */
const ALARM = "exit 142\n";

const list = programs(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), "kernelet-syscalls-"));
try {
  await build(list, folder, WARNINGS);
  const first = await runOnHost(folder, list);
  const others = [await runOnHost(folder, list), await runOnHost(folder, list)];
  for (const program of list) {
    const output = first.get(program.name) as string;
    if (output.endsWith(ALARM)) {
      console.error(`${program.name} hangs until its alarm:\n${output}`);
      process.exitCode = 1;
    }
    for (const other of others) {
      if (other.get(program.name) !== output) {
        console.error(
          `${program.name} prints something else each time:\n${output}${other.get(program.name)}`,
        );
        process.exitCode = 1;
      }
    }
    writeRecording(program, output);
  }
  console.log(`${list.length} programs recorded`);
} catch (error) {
  console.error((error as { stderr?: string }).stderr ?? error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
