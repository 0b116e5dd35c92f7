/**
 * Between a guest's connection and the host's socket, where secrets may go to the other side. What the guest says first
 * decides:
 *
 *   a handshake of TLS for a host that is named:  guest ◀─ TLS, our certificate ─▶ rewriting ◀─ TLS, checked ─▶ socket
 *   a request of HTTP, and the host is plain:     guest ◀──────────────────────▶ rewriting ◀────────────────▶ socket
 *   anything else, or the other side speaks first: as it is
 *
 * On the way out placeholders become values, on the way back values become placeholders.
 */
import type net from "node:net";
import process from "node:process";
import { type Duplex, duplexPair, pipeline } from "node:stream";
import type tls from "node:tls";
import { errnoByName } from "@kernelet/abi";
import { ByteReplacer } from "../network/secrets/byte-replacer.ts";
import { readClientHello } from "../network/secrets/client-hello.ts";
import { RequestRewriter, type SecretText } from "../network/secrets/request-rewriter.ts";
import {
  isNamed,
  nameOutside,
  type SecretsRequest,
  type TargetSecret,
} from "../network/secrets/secrets.ts";
import { Rewriting } from "./rewriting.ts";

/** What HTTP/1.1 alone can be read in: HTTP/2 compresses its headers, together with what came before. */
const PROTOCOLS = ["http/1.1"];

/** Not loaded before it is needed: it is large. */
function tlsModule(): typeof tls {
  return process.getBuiltinModule("node:tls");
}

export interface SecretWireParts {
  readonly socket: net.Socket;
  /** That may go to where the socket leads. */
  readonly secrets: readonly TargetSecret[];
  readonly request: SecretsRequest;
  /** A value was put in. */
  readonly used: (name: string) => void;
  /** Why the connection is cut. */
  readonly failed: (why: string) => void;
}

export class SecretWire {
  /** The guest's end. Destroyed with an error that has a code when the connection fails. */
  readonly guest: Duplex;
  readonly #inner: Duplex;
  readonly #parts: SecretWireParts;
  #first: Buffer = Buffer.alloc(0);
  #isDecided = false;

  constructor(parts: SecretWireParts) {
    const [guest, inner] = duplexPair();
    this.guest = guest;
    this.#inner = inner;
    this.#parts = parts;
    parts.socket.on("error", (error) => this.#fail(error));
    parts.socket.once("connect", () => {
      inner.on("readable", this.#look);
      parts.socket.on("readable", this.#spokenTo);
    });
  }

  /** The guest has said something. */
  readonly #look = (): void => {
    for (;;) {
      const chunk = this.#inner.read() as Buffer | null;
      if (chunk === null) break;
      this.#first = Buffer.concat([this.#first, chunk]);
    }
    if (this.#isDecided) return;
    if (this.#inner.readableEnded) {
      this.#decide(() => this.#pass());
      return;
    }
    if (this.#first.length === 0) return;
    const hello = readClientHello(this.#first);
    if (hello.kind === "more") return;
    const { secrets } = this.#parts;
    if (hello.kind === "hello") {
      const named = secrets.filter(({ host }) => isForHandshake(host, hello.serverName));
      this.#decide(() => (named.length === 0 ? this.#pass() : this.#terminate(named)));
    } else {
      const plain = secrets.filter(({ host }) => host.isPlain);
      const { socket } = this.#parts;
      this.#decide(() =>
        plain.length === 0 ? this.#pass() : this.#rewrite(this.#inner, socket, plain),
      );
    }
  };

  /** The other side speaks first: that is neither of our protocols. */
  readonly #spokenTo = (): void => {
    if (this.#parts.socket.readableLength > 0 || this.#parts.socket.readableEnded)
      this.#decide(() => this.#pass());
  };

  #decide(go: () => void): void {
    if (this.#isDecided) return;
    this.#isDecided = true;
    this.#inner.off("readable", this.#look);
    this.#parts.socket.off("readable", this.#spokenTo);
    if (this.#first.length > 0 && !this.#inner.readableEnded) this.#inner.unshift(this.#first);
    this.#first = Buffer.alloc(0);
    go();
  }

  #pass(): void {
    const { socket } = this.#parts;
    pipeline(this.#inner, socket, this.#over);
    pipeline(socket, this.#inner, this.#over);
  }

  #terminate(secrets: readonly TargetSecret[]): void {
    const { socket, request } = this.#parts;
    const [{ host } = { host: undefined }] = secrets;
    const { certificate, authorities } = request;
    if (certificate === undefined || host === undefined) {
      this.#pass();
      return;
    }
    const { TLSSocket, connect, createSecureContext, rootCertificates } = tlsModule();
    const name = nameOutside(host);
    const outside = connect({
      socket,
      host: name,
      // Nobody is called by an address in a handshake.
      servername: host.rule.host.kind === "network" ? "" : name,
      ALPNProtocols: PROTOCOLS,
      ca: [...rootCertificates, ...authorities],
    });
    outside.on("error", (error) => this.#fail(error, "TLS outside"));
    outside.once("secureConnect", () => {
      const inside = new TLSSocket(this.#inner, {
        isServer: true,
        secureContext: createSecureContext({ cert: certificate.chain, key: certificate.key }),
        ALPNProtocols: PROTOCOLS,
      });
      inside.on("error", (error) => this.#fail(error, "TLS inside"));
      this.#rewrite(inside, outside, secrets);
    });
  }

  #rewrite(guest: Duplex, server: Duplex, secrets: readonly TargetSecret[]): void {
    const requests = new RequestRewriter((host) => this.#secretsFor(host, secrets));
    const answers = new ByteReplacer(
      secrets.map(({ spec: { placeholder, value } }) => ({
        from: Buffer.from(value),
        to: Buffer.from(placeholder),
      })),
    );
    pipeline(guest, new Rewriting(requests), server, this.#over);
    pipeline(server, new Rewriting(answers), guest, this.#over);
  }

  /** A request may be for another host than the handshake: servers that serve many would pass it on. */
  #secretsFor(host: string, secrets: readonly TargetSecret[]): SecretText[] {
    return secrets
      .filter((secret) => isNamed(secret.host, host))
      .map(({ spec: { name, placeholder, value } }) => ({
        ...{ placeholder, value },
        used: () => this.#parts.used(name),
      }));
  }

  readonly #over = (error?: Error | null): void => {
    if (error !== undefined && error !== null) this.#fail(error);
  };

  #fail(error: NodeJS.ErrnoException, where = "the connection"): void {
    if (this.guest.destroyed) return;
    const isOfSystem = error.code !== undefined && errnoByName(error.code) !== undefined;
    if (!isOfSystem && error.code !== "ERR_STREAM_PREMATURE_CLOSE")
      this.#parts.failed(`${where}: ${error.message}`);
    // Nothing that TLS has to say is an errno.
    const code = isOfSystem ? error.code : "ECONNRESET";
    this.guest.destroy(Object.assign(new Error(error.message), { code }));
    this.#inner.destroy();
    this.#parts.socket.destroy();
  }
}

function isForHandshake(host: TargetSecret["host"], serverName: string | null): boolean {
  if (host.isPlain) return false;
  return serverName === null ? host.rule.host.kind !== "name" : isNamed(host, serverName);
}
