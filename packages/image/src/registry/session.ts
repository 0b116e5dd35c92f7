/** What all work with registries shares: connections, configuration, credentials, patience. */

import type { CredentialSource } from "../credentials/credentials.ts";
import { ConfigCredentials } from "../credentials/docker-config.ts";
import type { EventListener } from "../events.ts";
import { RegistriesConfig } from "./config.ts";
import { HttpClient } from "./http.ts";
import { DEFAULT_RETRIES, Retry, type RetryPolicy } from "./retry.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface RegistryOptions {
  readonly env?: Environment;
  readonly registries?: RegistriesConfig;
  readonly credentials?: CredentialSource;
  readonly retries?: RetryPolicy;
  /** Milliseconds without a byte after which a connection is given up. */
  readonly idleMs?: number;
  /** Ends it when it aborts: rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export class RegistrySession {
  readonly http: HttpClient;
  readonly registries: RegistriesConfig;
  readonly credentials: CredentialSource;
  readonly #retries: RetryPolicy;
  readonly #signal: AbortSignal | undefined;

  constructor(options: RegistryOptions) {
    const env = options.env ?? process.env;
    this.#signal = options.signal;
    this.http = new HttpClient(options.idleMs, options.signal);
    this.registries = options.registries ?? RegistriesConfig.read(env);
    this.credentials = options.credentials ?? new ConfigCredentials(env);
    this.#retries = options.retries ?? DEFAULT_RETRIES;
  }

  retry(what: string, onEvent: EventListener): Retry {
    return new Retry({
      policy: this.#retries,
      answered: this.http.answered,
      signal: this.#signal,
      onRetry: (attempt, delayMs, cause) =>
        onEvent({ type: "retry", what, attempt, delayMs, cause }),
    });
  }

  close(): void {
    this.http.close();
  }
}
