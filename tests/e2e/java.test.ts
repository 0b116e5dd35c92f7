/** A Debian JRE: it compiles what it runs, takes SIGSEGV for its own ends and reserves memory by the gigabyte. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe } from "vitest";
import { compareAll } from "./compare.ts";
import { useFolder } from "./folder.ts";
import { assemble } from "./java-assembler.ts";

const folder = useFolder();
const SOURCES = join(import.meta.dirname, "programs/java");

describe("Java", () => {
  beforeAll(() => {
    for (const file of readdirSync(SOURCES)) {
      const source = readFileSync(join(SOURCES, file), "utf8");
      writeFileSync(join(folder.path, file.replace(".j", ".class")), assemble(source));
    }
  });
  compareAll(
    [
      { title: "hello world", argv: ["java", "Hello", "one", "two"], isSlow: true },
      { argv: ["java", "-Xmx64m", "Machine"], isSlow: true },
      { argv: ["java", "-Xint", "-XX:+UseG1GC", "-Xmx64m", "Machine"], isSlow: true },
      { argv: ["java", "NoSuch"], isSlow: true },
    ],
    () => ({ cwd: folder.path }),
  );
});
