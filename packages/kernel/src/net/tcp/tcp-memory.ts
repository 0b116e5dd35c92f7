/**
 * What all connections hold together: net.ipv4.tcp_mem. Beyond the limit each may hold little, so that a guest cannot
 * fill the host's memory with buffers that nobody reads; nobody is refused, and each goes on by its own progress.
 */

/** Of the memory that processes and files may use. */
const SHARE = 1 / 16;
const LIMIT_WITHOUT = 128 * 1024 * 1024;

export class TcpMemory {
  /** Bytes in queues. */
  used = 0;
  readonly limit: number;

  constructor(memoryLimit: number | undefined) {
    this.limit = memoryLimit === undefined ? LIMIT_WITHOUT : memoryLimit * SHARE;
  }

  get isUnderPressure(): boolean {
    return this.used > this.limit;
  }
}
