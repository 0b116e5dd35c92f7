/**
 * Writes docs/performance.md from the raw results of the last whole `npm run bench`, and of later ones of some benchmarks,
 * beside what is to be reached.
 *
 *   node bench/page.ts           writes the page
 *   node bench/page.ts --check   fails if it is not up to date
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { CONTAINER_GOALS } from "./containers/goals.ts";
import { judgeFigure } from "./containers/judge.ts";
import { GOALS } from "./goals.ts";
import { type Judged, judge } from "./judge.ts";
import type { BenchmarkResult, Results } from "./results.ts";
import { measurements } from "./table.ts";

const repository = join(import.meta.dirname, "..");
const source = "bench/results/performance.json";
/** Of `--name performance-later`: each benchmark in it takes the place of the whole run's. */
const laterSource = "bench/results/performance-later.json";
/** Of `--only containers`, and of `--only … --name containers-later`. */
const containersSource = "bench/results/containers.json";
const containersLaterSource = "bench/results/containers-later.json";
const target = join(repository, "docs/performance.md");

const VERDICTS = { met: "met", missed: "**not met**", unknown: "not measured" } as const;

function together(whole: Results, later: Results): Results {
  const again = new Map(later.benchmarks.map((one) => [one.name, one]));
  const isNew = ({ name }: BenchmarkResult): boolean =>
    !whole.benchmarks.some((one) => one.name === name);
  return {
    ...whole,
    benchmarks: [
      ...later.benchmarks.filter(isNew),
      ...whole.benchmarks.map((one) => again.get(one.name) ?? one),
    ],
    memory: later.memory ?? whole.memory,
    skipped: whole.skipped.filter(({ name }) => !again.has(name)),
  };
}

function describeLater({ rounds, commit, machine, benchmarks, memory }: Results): string {
  const names = [
    ...benchmarks.map(({ name }) => name),
    ...(memory === null ? [] : ["memory"]),
  ].join(", ");
  const load = `load ${machine.loadBefore} before, ${machine.loadAfter} after`;
  return `Measured in a later run of their own, with ${rounds} rounds, at commit ${commit} (${load}): ${names}.`;
}

function performancePage(
  whole: Results,
  later: Results,
  wholeGroup: Results,
  laterGroup: Results,
): string {
  const results = together(whole, later);
  const containers = together(wholeGroup, laterGroup);
  const judged = GOALS.map((goal) => ({ ...goal, ...judge(goal, results) }));
  const figures = CONTAINER_GOALS.map((goal) => ({ ...goal, ...judgeFigure(goal, containers) }));
  const all = [...judged, ...figures];
  const count = (verdict: Judged["verdict"]): number =>
    all.filter((one) => one.verdict === verdict).length;
  return `# Performance

Made from \`${source}\`, \`${laterSource}\`, \`${containersSource}\` and \`${containersLaterSource}\` by \`bench/page.ts\`. Do not edit: \`npm run bench\` measures.

Of ${all.length} goals ${count("met")} are met, ${count("missed")} are not, and ${count("unknown")} were not measured. "x" is time against native, on the same
machine in the same run.

## Programs and system calls

Smaller is better everywhere.

${goalTable(judged, { "qemu-user": "qemu-user", runsc: "gVisor" })}

A figure of several benchmarks is their geometric mean. gVisor (\`runsc\`, ptrace platform) runs code on the processor itself,
so only system calls and start-up say something beside it. qemu's user emulation passes system calls to the host's kernel.

${describeLater(later)}

${measurements(results)}
## Containers

${goalTable(figures, { native: "native", runc: "runc", podman: "podman", runsc: "gVisor" })}

Native is the same files under \`chroot\`. gVisor has its ptrace platform, which needs no KVM, and the host's network, as runc has;
podman and Kernelet publish the port.

${describeLater(laterGroup)}

${measurements(containers)}`;
}

function goalTable(
  rows: readonly (Judged & { readonly what: string; readonly toReach: string })[],
  peers: Readonly<Record<string, string>>,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const names = Object.keys(peers);
  return [
    line(["what", "to reach", "Kernelet", "", ...Object.values(peers)]),
    line(["---", "---", "---:", "---", ...names.map(() => "---:")]),
    ...rows.map(({ what, toReach, own, verdict, ...one }) =>
      line([what, toReach, own, VERDICTS[verdict], ...names.map((name) => one.peers[name] ?? "–")]),
    ),
  ].join("\n");
}

const read = (file: string): Results =>
  JSON.parse(readFileSync(join(repository, file), "utf8")) as Results;
const page = performancePage(
  read(source),
  read(laterSource),
  read(containersSource),
  read(containersLaterSource),
);
if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== page) {
    process.stderr.write("docs/performance.md is out of date: run node bench/page.ts\n");
    process.exit(1);
  }
} else {
  writeFileSync(target, page);
}
