import { expect, test } from "vitest";
import * as signals from "./signal.ts";
import {
  defaultAction,
  isValidSignal,
  signalDescription,
  signalName,
  signalNumber,
} from "./signal-names.ts";

test("every standard signal has the number of its constant", () => {
  for (let signo = 1; signo < signals.SIGRTMIN; signo++) {
    const name = signalName(signo);
    expect((signals as Record<string, unknown>)[name]).toBe(signo);
    expect(signalNumber(name)).toBe(signo);
    expect(signalNumber(name.slice("SIG".length))).toBe(signo);
  }
});

test("second names lead to the same number", () => {
  expect(signalNumber("SIGIOT")).toBe(signals.SIGABRT);
  expect(signalNumber("POLL")).toBe(signals.SIGIO);
  expect(signalNumber("SIGNOTHING")).toBeUndefined();
});

test.each([
  { signo: signals.SIGKILL, action: "term" },
  { signo: signals.SIGSEGV, action: "core" },
  { signo: signals.SIGTSTP, action: "stop" },
  { signo: signals.SIGCONT, action: "cont" },
  { signo: signals.SIGCHLD, action: "ign" },
  { signo: signals.SIGRTMAX, action: "term" },
])("signal $signo by default does: $action", ({ signo, action }) => {
  expect(defaultAction(signo)).toBe(action);
});

test("real-time signals are named as strace names them and described as the C library does", () => {
  expect(signalName(32)).toBe("SIGRTMIN");
  expect(signalName(34)).toBe("SIGRT_2");
  expect(signalDescription(34)).toBe("Real-time signal 0");
  expect(signalDescription(33)).toBe("Unknown signal 33");
  expect(signalDescription(signals.SIGSEGV)).toBe("Segmentation fault");
});

test("zero, negative and too great numbers are no signals", () => {
  expect([0, -1, 65, 1.5].map(isValidSignal)).toEqual([false, false, false, false]);
  expect([1, 64].map(isValidSignal)).toEqual([true, true]);
});
