/**
 * The scanner as a coroutine: it asks for bytes or for bytes to be passed over, whoever drives it has them from a
 * stream (while a layer comes in) or from a file (later, where passing over costs nothing).
 */

export interface Step {
  /** true: resume with these `length` bytes. false: pass over them and resume with anything. */
  readonly isRead: boolean;
  readonly length: number;
}

/** Resumed with fewer bytes than it asked for: the archive has ended. */
export type Steps<T> = Generator<Step, T, Buffer>;

export function* readBytes(length: number): Steps<Buffer> {
  return yield { isRead: true, length };
}
