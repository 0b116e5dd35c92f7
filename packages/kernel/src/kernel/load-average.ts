/** The load averages of /proc/loadavg and sysinfo(2): kernel/sched/loadavg.c, in floating point. */

/** LOAD_FREQ: how often tasks are counted. */
const PERIOD_NS = 5_000_000_000;
/** Over one, five and fifteen minutes. */
const MINUTES: readonly number[] = [1, 5, 15];
/** After so many periods without a task nothing is left. */
const MOST_PERIODS = 10_000;

export class LoadAverage {
  /** One for each of MINUTES. */
  readonly loads: number[] = [0, 0, 0];
  #nextNs: number = PERIOD_NS;

  /** Called between slices. @param active tasks that run or could run. */
  update(nowNs: number, active: number): void {
    if (nowNs < this.#nextNs) return;
    // Nobody ran in the periods that passed without a call.
    const idle = Math.min(Math.floor((nowNs - this.#nextNs) / PERIOD_NS), MOST_PERIODS);
    this.#nextNs += (Math.floor((nowNs - this.#nextNs) / PERIOD_NS) + 1) * PERIOD_NS;
    for (const [i, minutes] of MINUTES.entries()) {
      const keep = Math.exp(-5 / (60 * minutes));
      this.loads[i] = (this.loads[i] as number) * keep ** (idle + 1) + active * (1 - keep);
    }
  }
}
