/** Ports of this machine that lead into a sandbox. */
import { isIPv6 } from "node:net";
import {
  type Connection,
  GuestError,
  type PublishedPort,
  SandboxEndedError,
} from "@kernelet/sandbox";
import { type AbortOptions, abortable } from "./abort.ts";
import { PortUnavailableError, SandboxStoppedError } from "./errors.ts";
import { type ExposeOptions, publishedPort } from "./network.ts";

export interface ExposedPort {
  /** What to connect to. */
  readonly host: string;
  readonly port: number;
  /** "http://127.0.0.1:40123": for whoever speaks HTTP there. */
  readonly url: string;
  /** The port inside. */
  readonly guestPort: number;
  readonly protocol: "tcp" | "udp";
}

/** Every address is reached at this machine's own, too. */
const REACHABLE: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

export class SandboxPorts {
  readonly #process: Pick<Connection, "ask">;
  readonly #sandboxId: string;

  constructor(process: Pick<Connection, "ask">, sandboxId: string) {
    this.#process = process;
    this.#sandboxId = sandboxId;
  }

  /**
   * Lets a port of this machine lead to `guestPort` until the sandbox ends. Who connects before a program inside
   * listens is reset.
   *
   * @throws InvalidArgumentError, PortUnavailableError, SandboxStoppedError
   */
  async expose(
    guestPort: number,
    options: ExposeOptions & AbortOptions = {},
  ): Promise<ExposedPort> {
    const wanted = publishedPort(guestPort, options);
    return exposed(await abortable(() => this.#ask(wanted), options.signal));
  }

  /** All that lead inside. */
  async list({ signal }: AbortOptions = {}): Promise<ExposedPort[]> {
    try {
      const { value } = await abortable(() => this.#process.ask("ports", null), signal);
      return value.map(exposed);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /**
   * fetch(3) of a server inside: `sb.ports.fetch(8080, "/health")`. The port is exposed at the first call.
   *
   * @throws what `expose` throws, and what fetch does
   */
  async fetch(guestPort: number, path = "/", init?: RequestInit): Promise<Response> {
    const { signal } = init ?? {};
    const options = signal === undefined || signal === null ? {} : { signal };
    const known = (await this.list(options)).find(
      (port) => port.guestPort === guestPort && port.protocol === "tcp",
    );
    const { url } = known ?? (await this.expose(guestPort, options));
    return fetch(new URL(path, url), init);
  }

  async #ask(port: PublishedPort): Promise<PublishedPort> {
    try {
      return (await this.#process.ask("publish", port)).value;
    } catch (error) {
      if (error instanceof GuestError) throw new PortUnavailableError(port, error);
      throw this.#explain(error);
    }
  }

  #explain(error: unknown): unknown {
    return error instanceof SandboxEndedError
      ? new SandboxStoppedError(this.#sandboxId, error)
      : error;
  }
}

function exposed({ hostAddress, hostPort, guestPort, protocol }: PublishedPort): ExposedPort {
  const host = REACHABLE[hostAddress] ?? hostAddress;
  const url = `http://${isIPv6(host) ? `[${host}]` : host}:${hostPort}`;
  return { host, port: hostPort, url, guestPort, protocol };
}
