/** A machine for tests of helpers: a little memory, pages that may be missing, registers in a buffer. */
import { PAGE_SIZE, S, Vector } from "../../state.ts";
import type { Machine } from "../helper.ts";
import { StateView } from "../state-view.ts";

const MEMORY = 16 * PAGE_SIZE;

export class FakeMachine extends StateView implements Machine {
  readonly u8: Uint8Array = new Uint8Array(MEMORY);
  readonly view: DataView = new DataView(this.u8.buffer);
  /** Pages that fault. */
  readonly missing: Set<number> = new Set();
  /** Address of the fault that stopped the helper. */
  faultAddress: number | undefined;
  raised: number | undefined;
  now = 0n;

  constructor() {
    super(new DataView(new ArrayBuffer(S.end)));
  }

  ensureReadable(addr: number, len: number): boolean {
    for (let i = 0; i < len; i++) {
      const at = addr + i;
      if (at >= 0 && at < MEMORY && !this.missing.has(Math.floor(at / PAGE_SIZE))) continue;
      this.faultAddress = at;
      return this.raise(Vector.PF);
    }
    return true;
  }

  ensureWritable(addr: number, len: number): boolean {
    return this.ensureReadable(addr, len);
  }

  raise(vector: number): false {
    this.raised = vector;
    return false;
  }

  timeStamp(): bigint {
    return this.now;
  }

  gpr(register: number): bigint {
    return this.getU64(S.gpr + 8 * register);
  }
  setGpr(register: number, v: bigint | number): void {
    this.setU64(S.gpr + 8 * register, BigInt.asUintN(64, BigInt(v)));
  }
  /** Hands arguments over as translated code does. */
  arguments(...args: readonly (bigint | number)[]): void {
    args.forEach((v, i) => {
      this.setU64(S.scratch + 8 * i, BigInt.asUintN(64, BigInt(v)));
    });
  }
}
