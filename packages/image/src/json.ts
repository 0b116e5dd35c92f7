/** JSON from others: read with suspicion. */
import { ImageError, type ImageErrorCode } from "./errors.ts";

export type JsonObject = { readonly [key: string]: unknown };

/** Says where in which document something is wrong. */
export class JsonReader {
  readonly #what: string;
  readonly #code: ImageErrorCode;
  readonly object: JsonObject;

  static parse(bytes: Uint8Array | string, what: string, code: ImageErrorCode): JsonReader {
    let value: unknown;
    try {
      value = JSON.parse(typeof bytes === "string" ? bytes : Buffer.from(bytes).toString("utf8"));
    } catch (error) {
      throw new ImageError(code, `${what} is no JSON`, error);
    }
    return new JsonReader(value, what, code);
  }

  constructor(value: unknown, what: string, code: ImageErrorCode) {
    this.#what = what;
    this.#code = code;
    if (!isObject(value)) throw new ImageError(code, `${what} is no JSON object`);
    this.object = value;
  }

  fail(why: string): never {
    throw new ImageError(this.#code, `${this.#what}: ${why}`);
  }

  string(key: string): string {
    return this.optionalString(key) ?? this.fail(`${key} is missing`);
  }

  optionalString(key: string): string | undefined {
    const value = this.object[key];
    if (value === undefined || value === null) return undefined;
    return typeof value === "string" ? value : this.fail(`${key} is no text`);
  }

  number(key: string): number {
    const value = this.object[key];
    const isNatural = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
    return isNatural ? value : this.fail(`${key} is no size`);
  }

  child(key: string): JsonReader {
    return new JsonReader(this.object[key], `${this.#what}: ${key}`, this.#code);
  }

  optionalChild(key: string): JsonReader | undefined {
    const value = this.object[key];
    return value === undefined || value === null ? undefined : this.child(key);
  }

  /** Absent is empty. */
  list(key: string): readonly JsonReader[] {
    return this.#array(key).map(
      (value, i) => new JsonReader(value, `${this.#what}: ${key}[${i}]`, this.#code),
    );
  }

  strings(key: string): readonly string[] {
    const values = this.#array(key);
    return values.map((value) =>
      typeof value === "string" ? value : this.fail(`${key} has what is no text`),
    );
  }

  #array(key: string): readonly unknown[] {
    const value = this.object[key] ?? [];
    return Array.isArray(value) ? value : this.fail(`${key} is no list`);
  }

  /** Values that are text; absent is empty. */
  textMap(key: string): Readonly<Record<string, string>> {
    const value = this.object[key];
    if (!isObject(value)) return {};
    const pairs = Object.entries(value).filter(([, text]) => typeof text === "string");
    return Object.fromEntries(pairs) as Record<string, string>;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
