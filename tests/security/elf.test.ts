/** Programs with broken headers: a shell sees what it sees on the host, and the sandbox goes on. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { useFolder } from "../e2e/folder.ts";
import { needHost } from "../e2e/needs.ts";
import { inSandbox, onHost } from "../e2e/run.ts";
import { buildElf, HOSTILE_ELVES } from "./elf.ts";

const folder = useFolder();

/** 100 + n for each way to end; the shell tells of a program that it cannot execute by 126. */
const SCRIPT = 'for n; do echo "$n"; "./$n" 2>/dev/null; echo $?; done; echo alive';

function write(name: string, bytes: Uint8Array): void {
  writeFileSync(join(folder.path, name), bytes);
  chmodSync(join(folder.path, name), 0o755);
}

test("headers that no linker writes", async (context) => {
  needHost(context, "sh");
  const names = HOSTILE_ELVES.map((_, i) => `elf${i}`);
  HOSTILE_ELVES.forEach((elf, i) => {
    write(names[i] as string, buildElf(elf));
  });
  const argv = ["sh", "-c", SCRIPT, "sh", ...names];
  const options = { cwd: folder.path };
  const guest = await inSandbox(argv, options);
  const host = await onHost(argv, options);
  const title = (text: string): string =>
    text.replace(/elf(\d+)/g, (_, n) => HOSTILE_ELVES[Number(n)]?.title ?? n);
  expect(title(guest.stdout)).toBe(title(host.stdout));
  expect(guest.stdout).toMatch(/alive\n$/);
});

test("interpreters that name each other", async (context) => {
  needHost(context, "sh");
  const interp = (path: string): Uint8Array => {
    const tail = new TextEncoder().encode(`${path}\0`);
    const off = BigInt(64 + 56 * 2);
    return buildElf({
      title: "",
      segments: [{}, { type: 3, off, addr: 0x400000n + off, filesz: BigInt(tail.length) }],
      tail,
    });
  };
  write("self", interp(join(folder.path, "self")));
  write("one", interp(join(folder.path, "two")));
  write("two", interp(join(folder.path, "one")));
  const argv = ["sh", "-c", SCRIPT, "sh", "self", "one"];
  const options = { cwd: folder.path };
  expect((await inSandbox(argv, options)).stdout).toBe((await onHost(argv, options)).stdout);
});
