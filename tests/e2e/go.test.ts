/** A static Go binary: its runtime brings its own threads, stacks, signals and poller, and no libc. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, test } from "vitest";
import { compare } from "./compare.ts";
import { useFolder } from "./folder.ts";
import { needHost, needSlowSet, which } from "./needs.ts";
import { ENVIRONMENT } from "./run.ts";

const folder = useFolder();
const SOURCES = join(import.meta.dirname, "programs/go");

function build(output: string): void {
  const env = { ...ENVIRONMENT, CGO_ENABLED: "0", GO111MODULE: "off", GOFLAGS: "-p=2" };
  execFileSync("go", ["build", "-o", output, "."], {
    cwd: SOURCES,
    env: { ...env, GOCACHE: join(folder.path, "cache") },
  });
}

describe("a Go program", () => {
  const program = () => join(folder.path, "program");
  beforeAll(() => {
    if (which("go") !== undefined) build(program());
  }, 120_000);

  const subjects = ["goroutines", "faults", "processes"];
  const slowSubjects = ["collector", "timers", "signals", "files", "sockets"];
  for (const subject of [...subjects, ...slowSubjects]) {
    test(subject, async (context) => {
      needHost(context, "go");
      if (slowSubjects.includes(subject)) needSlowSet(context);
      await compare(context, { argv: [program(), subject] }, { cwd: folder.path });
    });
  }
});
