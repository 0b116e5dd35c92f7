/** A state block by the offsets in `S`: what helpers, FXSAVE images and test machines read registers through. */
export class StateView {
  readonly #state: DataView;

  constructor(state: DataView) {
    this.#state = state;
  }

  getU16(offset: number): number {
    return this.#state.getUint16(offset, true);
  }

  setU16(offset: number, v: number): void {
    this.#state.setUint16(offset, v, true);
  }

  getU32(offset: number): number {
    return this.#state.getUint32(offset, true);
  }

  setU32(offset: number, v: number): void {
    this.#state.setUint32(offset, v, true);
  }

  getU64(offset: number): bigint {
    return this.#state.getBigUint64(offset, true);
  }

  setU64(offset: number, v: bigint): void {
    this.#state.setBigUint64(offset, v, true);
  }

  getF64(offset: number): number {
    return this.#state.getFloat64(offset, true);
  }

  setF64(offset: number, v: number): void {
    this.#state.setFloat64(offset, v, true);
  }
}
