/** What a sandbox did on the network, for the report: with whom, how much, and by which rule it might or might not. */

export interface NetworkRecord {
  /** "name": a name that was looked up. */
  readonly kind: "tcp" | "udp" | "name" | "published tcp" | "published udp";
  /** An address, or a name. */
  readonly host: string;
  /** Of a published port, the one inside; 0 of a name. */
  readonly port: number;
  /** What the guest was told that the address is of. */
  readonly names: readonly string[];
  readonly isAllowed: boolean;
  readonly rule: string;
  count: number;
  bytesSent: number;
  bytesReceived: number;
  /** Names of the secrets that were put into what was sent. */
  secrets: readonly string[];
  /** Why a connection that secrets may go to was cut, the last one; null: none was. */
  failure: string | null;
}

type Course = Pick<NetworkRecord, "count" | "bytesSent" | "bytesReceived" | "secrets" | "failure">;
const NOTHING_YET: Course = {
  ...{ count: 0, bytesSent: 0, bytesReceived: 0, secrets: [], failure: null },
};

type NewRecord = Omit<NetworkRecord, keyof Course>;

/** Records that are kept; more are only counted, in one of their own. */
const MAX_RECORDS = 1000;

export class NetworkLog {
  readonly #records: Map<string, NetworkRecord> = new Map();
  readonly #rest: { allowed: NetworkRecord | null; refused: NetworkRecord | null } = {
    allowed: null,
    refused: null,
  };

  /** Something like `record` has happened. @returns where its bytes are counted. */
  note(record: NewRecord): NetworkRecord {
    const { kind, host, port, rule } = record;
    const key = `${kind}\n${port}\n${host}\n${rule}`;
    const kept = this.#records.get(key) ?? this.#keep(key, record);
    kept.count++;
    return kept;
  }

  #keep(key: string, record: NewRecord): NetworkRecord {
    if (this.#records.size < MAX_RECORDS) {
      const kept = { ...record, ...NOTHING_YET };
      this.#records.set(key, kept);
      return kept;
    }
    const side = record.isAllowed ? "allowed" : "refused";
    const rest = this.#rest[side] ?? {
      ...record,
      host: "others",
      port: 0,
      names: [],
      rule: "",
      ...NOTHING_YET,
    };
    this.#rest[side] = rest;
    return rest;
  }

  /** In the order of their first use. */
  records(): NetworkRecord[] {
    const rest = [this.#rest.allowed, this.#rest.refused].filter((record) => record !== null);
    return [...this.#records.values(), ...rest].map((record) => ({ ...record }));
  }
}
