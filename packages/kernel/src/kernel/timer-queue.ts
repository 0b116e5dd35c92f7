/**
 * Everything that is to happen at a time: sleeps, alarms, timers. A binary heap by deadline on the
 * monotonic clock; equal deadlines fire in the order in which they were started.
 */

export interface Timer {
  /** When it is due, monotonic nanoseconds. Changed only by TimerQueue.start. */
  deadlineNs: number;
  /** Its place in the heap, -1 when not started. Owner: TimerQueue. */
  heapIndex: number;
  /** Order among equal deadlines. Owner: TimerQueue. */
  sequence: number;
  /** Called once when due; may start itself again. */
  expire(nowNs: number): void;
}

export class TimerQueue {
  readonly #heap: Timer[] = [];
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The earliest deadline, or undefined if nothing is due ever. */
  get nextNs(): number | undefined {
    return this.#heap[0]?.deadlineNs;
  }

  /** Starts a timer, or moves one that runs. */
  start(timer: Timer, deadlineNs: number): void {
    this.stop(timer);
    timer.deadlineNs = deadlineNs;
    timer.sequence = this.#sequence++;
    timer.heapIndex = this.#heap.length;
    this.#heap.push(timer);
    this.#siftUp(timer.heapIndex);
  }

  stop(timer: Timer): void {
    const i = timer.heapIndex;
    if (i < 0) return;
    timer.heapIndex = -1;
    const last = this.#heap.pop() as Timer;
    if (last === timer) return;
    this.#heap[i] = last;
    last.heapIndex = i;
    this.#siftUp(i);
    this.#siftDown(last.heapIndex);
  }

  /** Fires what is due. */
  run(nowNs: number): void {
    for (;;) {
      const first = this.#heap[0];
      if (first === undefined || first.deadlineNs > nowNs) return;
      this.stop(first);
      first.expire(nowNs);
    }
  }

  #before(a: Timer, b: Timer): boolean {
    return (
      a.deadlineNs < b.deadlineNs || (a.deadlineNs === b.deadlineNs && a.sequence < b.sequence)
    );
  }

  #swap(i: number, j: number): void {
    const a = this.#heap[i] as Timer;
    const b = this.#heap[j] as Timer;
    this.#heap[i] = b;
    this.#heap[j] = a;
    b.heapIndex = i;
    a.heapIndex = j;
  }

  #siftUp(from: number): void {
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!this.#before(this.#heap[i] as Timer, this.#heap[parent] as Timer)) return;
      this.#swap(i, parent);
      i = parent;
    }
  }

  #siftDown(from: number): void {
    let i = from;
    for (;;) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        const timer = this.#heap[child];
        if (timer !== undefined && this.#before(timer, this.#heap[least] as Timer)) least = child;
      }
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }
}
