import { expect, test } from "vitest";
import { CpuQuota } from "./cpu-quota.ts";

/** A machine on which nothing else runs. */
class Machine {
  nowMs = 0;
  usedMs = 0;

  quota(share: number): CpuQuota {
    return new CpuQuota(share, { wallMs: () => this.nowMs, usedMs: () => this.usedMs });
  }

  run(ms: number): void {
    this.nowMs += ms;
    this.usedMs += ms;
  }
}

test.each([0.01, 0.25, 0.9])("whoever never stops gets a share of %d", (share) => {
  const machine = new Machine();
  const quota = machine.quota(share);
  while (machine.nowMs < 60_000) {
    machine.run(5);
    machine.nowMs += quota.restMs();
  }
  expect(machine.usedMs / machine.nowMs).toBeCloseTo(share, 2);
});

test("short pieces of work with little between them are limited, too", () => {
  const machine = new Machine();
  const quota = machine.quota(0.1);
  while (machine.nowMs < 60_000) {
    machine.run(1);
    machine.nowMs += 0.5 + quota.restMs();
  }
  expect(machine.usedMs / machine.nowMs).toBeCloseTo(0.1, 2);
});

test("who uses less than its share never rests", () => {
  const machine = new Machine();
  const quota = machine.quota(0.5);
  for (let i = 0; i < 1000; i++) {
    machine.run(20);
    machine.nowMs += 25;
    expect(quota.restMs()).toBe(0);
  }
});

test("an idle hour buys a tenth of a second's share", () => {
  const machine = new Machine();
  const quota = machine.quota(0.5);
  machine.nowMs += 3_600_000;
  expect(quota.restMs()).toBe(0);
  let ran = 0;
  for (; quota.restMs() === 0; ran++) machine.run(1);
  expect(ran).toBe(100);
});
