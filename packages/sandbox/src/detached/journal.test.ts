import { expect, test } from "vitest";
import { formatEvent, type JournalEvent, parseJournal } from "./journal.ts";

const paused: JournalEvent = { event: "paused", at: 1 };
const resumed: JournalEvent = { event: "resumed", at: 2 };

test("a line that was cut short is left out, whatever comes after it", () => {
  const whole = formatEvent(paused) + formatEvent(resumed);
  expect(parseJournal(whole)).toEqual([paused, resumed]);
  for (let cut = 1; cut < formatEvent(resumed).length; cut++) {
    const torn = formatEvent(paused) + formatEvent(resumed).slice(0, -cut);
    expect(parseJournal(torn)).toEqual([paused]);
  }
  const half = formatEvent(paused).slice(0, -4);
  expect(parseJournal(half + formatEvent(resumed))).toEqual([resumed]);
  expect(parseJournal("")).toEqual([]);
});
