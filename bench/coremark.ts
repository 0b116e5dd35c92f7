/**
 * CoreMark is EEMBC's, under its own terms, and no package of Debian's or npm's carries it, so it is not here. Whoever
 * has its sources (https://github.com/eembc/coremark) names their folder in COREMARK_DIR.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark } from "./benchmark.ts";
import { buildC } from "./programs.ts";
import { BadRun } from "./sample.ts";

/** Fixed, so that every peer does the same work. */
const ITERATIONS = 60_000;

const SOURCES = ["core_list_join", "core_main", "core_matrix", "core_state", "core_util"];

export const coreMark: Benchmark = {
  name: "coremark",
  what: `EEMBC CoreMark, ${ITERATIONS} iterations; gcc -O2`,
  prepare: () => {
    const folder = process.env.COREMARK_DIR;
    if (folder === undefined) throw new BadRun("needs CoreMark's sources: set COREMARK_DIR");
    const port = join(folder, existsSync(join(folder, "posix")) ? "posix" : "linux64");
    const sources = [
      ...SOURCES.map((name) => join(folder, `${name}.c`)),
      join(port, "core_portme.c"),
    ];
    const flags = ["-O2", `-I${folder}`, `-I${port}`, "-DPERFORMANCE_RUN=1", '-DFLAGS_STR="-O2"'];
    // The three seeds of a performance run, and how often: without it CoreMark runs for ten seconds, however often that is.
    return [buildC("coremark", { sources, flags }), "0x0", "0x0", "0x66", String(ITERATIONS)];
  },
  read: ({ stdout }) => {
    const seconds = /^Total time \(secs\) *: *([\d.]+)$/m.exec(stdout)?.[1];
    const crc = /^\[0\]crcfinal *: *(\w+)$/m.exec(stdout)?.[1];
    if (seconds === undefined || crc === undefined) throw new BadRun("did not validate");
    return { ns: { time: Number(seconds) * 1e9 }, checksum: crc };
  },
};
