import { describe, test } from "vitest";
import { compare, compareAll } from "./compare.ts";
import { type Build, compile } from "./compile.ts";
import { useFolder } from "./folder.ts";
import { needSlowSet } from "./needs.ts";

const folder = useFolder();

interface Form extends Omit<Build, "source"> {
  readonly title: string;
  readonly isSlow?: true;
}

/** Each source of programs/, in the forms that programs come in. */
const FORMS: readonly Form[] = [
  { title: "dynamic", flags: ["-lm", "-pthread"] },
  { title: "static", flags: ["-static", "-lm", "-pthread"], isSlow: true },
  { title: "static-PIE", flags: ["-static-pie", "-lm", "-pthread"], isSlow: true },
  { title: "static with musl", compiler: "musl-gcc", flags: ["-static", "-lm"] },
  { title: "at a fixed address, -O0", flags: ["-O0", "-no-pie", "-lm", "-pthread"], isSlow: true },
];
const SOURCES = ["hello", "threads", "signals", "processes", "selfmod"];

for (const { title, isSlow, ...build } of FORMS) {
  describe(`compiled C, ${title}`, () => {
    for (const source of SOURCES) {
      test(source, async (context) => {
        if (isSlow) needSlowSet(context);
        const program = compile(context, folder.path, { source, ...build });
        const argv = source === "hello" ? [program, "argument"] : [program];
        await compare(context, { argv }, { cwd: folder.path });
      });
    }
  });
}

describe("busybox, static", () => {
  compareAll([
    { argv: ["busybox", "uname", "-sm"] },
    { argv: ["busybox", "sh", "-c", "for i in 1 2 3; do echo $i; done | busybox tac; exit 5"] },
    { argv: ["busybox", "awk", 'BEGIN { print 355 / 113; print substr("kernelet", 1, 6) }'] },
    { argv: ["busybox", "sha256sum", "/etc/passwd"] },
    {
      argv: ["busybox", "sh", "-c", "busybox find /usr/share/doc/bash -type f | busybox sort"],
      isSlow: true,
    },
    { argv: ["busybox", "nosuchapplet"] },
  ]);
});
