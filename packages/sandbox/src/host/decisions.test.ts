import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { NetworkAttempt } from "../network/network-request.ts";
import { type Decider, type Decision, Decisions } from "./decisions.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const ATTEMPT: NetworkAttempt = {
  ...{ protocol: "tcp", host: "a.example", names: ["a.example"], address: "192.0.2.1", port: 443 },
};

function newDecider(): Decider & { readonly asked: number[] } {
  const asked: number[] = [];
  return { asked, timeoutMs: 1000, ask: (id) => void asked.push(id) };
}

const no = (why: string): Decision => ({ isAllowed: false, rule: `decide: ${why}` });

test("without anybody to ask the answer is no", async () => {
  expect(await new Decisions().decide(ATTEMPT)).toEqual(no("nobody to ask"));
});

test("each question has its own answer, with its reason", async () => {
  const decisions = new Decisions();
  const decider = newDecider();
  decisions.setDecider(decider);
  const answers = [decisions.decide(ATTEMPT), decisions.decide(ATTEMPT)];
  const [first = 0, second = 0] = decider.asked;
  decisions.answer(second, true, "");
  decisions.answer(first, false, "not on Sundays");
  // One that nobody has asked, and one that is answered again.
  decisions.answer(99, true, "");
  decisions.answer(first, true, "");
  expect(await Promise.all(answers)).toEqual([
    no("not on Sundays"),
    { isAllowed: true, rule: "decide" },
  ]);
});

test("no answer in time is no", async () => {
  const decisions = new Decisions();
  const decider = newDecider();
  decisions.setDecider(decider);
  const answer = decisions.decide(ATTEMPT);
  vi.advanceTimersByTime(1000);
  decisions.answer(decider.asked[0] ?? 0, true, "");
  expect(await answer).toEqual(no("no answer within 1000 ms"));
});

test("questions of one who goes are answered no, and the next one is asked", async () => {
  const decisions = new Decisions();
  const [gone, next] = [newDecider(), newDecider()];
  decisions.setDecider(gone);
  const lost = decisions.decide(ATTEMPT);
  decisions.setDecider(next);
  const kept = decisions.decide(ATTEMPT);
  decisions.removeDecider(gone);
  decisions.answer(next.asked[0] ?? 0, true, "");
  expect(await lost).toEqual(no("who was asked has gone"));
  expect(await kept).toEqual({ isAllowed: true, rule: "decide" });
  decisions.removeDecider(next);
  expect(await decisions.decide(ATTEMPT)).toEqual(no("nobody to ask"));
});

test("a flood of questions is refused", async () => {
  const decisions = new Decisions();
  const decider = newDecider();
  decisions.setDecider(decider);
  for (let i = 0; i < 256; i++) void decisions.decide(ATTEMPT);
  expect(await decisions.decide(ATTEMPT)).toEqual(no("too many questions"));
  expect(decider.asked).toHaveLength(256);
});
