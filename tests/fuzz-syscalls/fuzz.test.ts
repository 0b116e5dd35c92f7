/** Two minutes of the errno fuzzer over all families: differences that nobody has explained fail. */
import { expect, test } from "vitest";
import { needHost, needSlowSet } from "../e2e/needs.ts";
import { FAMILIES } from "./sequence.ts";
import { hindrance, runFuzzer, summary } from "./session.ts";

const SECONDS = 120;
/** The same sequences each time, as many as the machine gets done: what fails has come with a change. Others by hand. */
const SEED = 1;
/** A difference is told as short as it gets in this time, and the machines take a while to start. */
const MOST_MS = 8 * SECONDS * 1000;

test("the host's kernel and the sandbox answer alike", { timeout: MOST_MS }, async (context) => {
  needSlowSet(context);
  needHost(context, "gcc", "unshare");
  const why = hindrance();
  if (why !== null) context.skip(why);
  const told: string[] = [];
  const result = await runFuzzer({
    seconds: SECONDS,
    seed: SEED,
    families: FAMILIES,
    uids: [0, 1000],
    minimiseSeconds: 20,
    say: (text) => told.push(text),
  });
  expect(result.sequences).toBeGreaterThan(0);
  const text = [...told, summary(result)].join("\n");
  expect([...result.unexplained.keys()], text).toEqual([]);
});
