/** The name server's end of a TCP connection: messages with their length before them. RFC 7766. */
import type { TcpFarEnd, TcpSocket } from "../../tcp/tcp-socket.ts";
import type { DnsServer } from "./dns-server.ts";

const LENGTH = 2;
const LONGEST = 65_535 + LENGTH;
/** Questions at a time that wait for an answer. */
const MOST_PENDING = 16;

export class DnsConnection implements TcpFarEnd {
  readonly #server: DnsServer;
  #sock: TcpSocket | null;
  /** The beginning of a message. */
  #input: Uint8Array = new Uint8Array(0);
  /** Answers that the asker has no room for. */
  #output: Uint8Array = new Uint8Array(0);
  #pending = 0;
  #isWorking = false;
  #hasEnded = false;

  constructor(server: DnsServer, sock: TcpSocket) {
    this.#server = server;
    this.#sock = sock;
  }

  /** Nothing more is taken from who does not take answers. */
  get window(): number {
    const isBusy = this.#output.length > 0 || this.#pending >= MOST_PENDING;
    return isBusy ? 0 : LONGEST - this.#input.length;
  }

  deliver(bytes: Uint8Array): void {
    const input = new Uint8Array(this.#input.length + bytes.length);
    input.set(this.#input);
    input.set(bytes, this.#input.length);
    this.#input = input;
    this.#work();
  }

  pull(sender: TcpSocket): void {
    const bytes = new Uint8Array(Math.min(this.window, sender.unsent.length));
    sender.unsent.take(bytes);
    sender.unsentUrgent = -1;
    if (bytes.length > 0) this.deliver(bytes);
  }

  windowOpened(): void {
    this.#work();
  }

  /** From the server, at once or later. */
  answer(message: Uint8Array): void {
    this.#pending--;
    const output = new Uint8Array(this.#output.length + LENGTH + message.length);
    output.set(this.#output);
    output[this.#output.length] = message.length >>> 8;
    output[this.#output.length + 1] = message.length & 0xff;
    output.set(message, this.#output.length + LENGTH);
    this.#output = output;
    this.#work();
  }

  /** Gives out what there is, asks what came, and lets more come. An answer that comes at once finds this at work. */
  #work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    do this.#flush();
    while (this.#askNext());
    this.#isWorking = false;
    if (this.window > 0) this.#sock?.windowOpened();
    this.#endIfDone();
  }

  #flush(): void {
    const sock = this.#sock;
    const part = this.#output.slice(0, sock?.window ?? 0);
    this.#output = this.#output.slice(part.length);
    if (part.length > 0) sock?.deliver(part);
  }

  /** @returns whether a message was there and could be asked. */
  #askNext(): boolean {
    if (this.#sock === null || this.#output.length > 0) return false;
    if (this.#input.length < LENGTH || this.#pending >= MOST_PENDING) return false;
    const end = LENGTH + (((this.#input[0] as number) << 8) | (this.#input[1] as number));
    if (this.#input.length < end) return false;
    const message = this.#input.slice(LENGTH, end);
    this.#input = this.#input.slice(end);
    this.#pending++;
    if (!this.#server.query(message, { kind: "stream", connection: this })) this.#pending--;
    return true;
  }

  #endIfDone(): void {
    const sock = this.#sock;
    if (sock === null || !this.#hasEnded || this.#pending > 0 || this.#output.length > 0) return;
    this.#sock = null;
    sock.fin();
  }

  urgent(_after: number): void {}
  peerOptionsChanged(): void {}

  fin(): void {
    this.#hasEnded = true;
    this.#endIfDone();
  }

  reset(): void {
    this.#sock = null;
  }
}
