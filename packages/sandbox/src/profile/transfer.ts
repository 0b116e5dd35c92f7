/** A profile on its way from the sandbox process, which its receiver does not trust. */
import { FrameKind, type ProfileData } from "./profile-data.ts";

/** Below the longest frame of a channel. */
const PIECE = 512 * 1024;
/** Several times what the limits of profile-sum.ts and call-tree.ts give. */
const MAX_BYTES = 64 * 1024 * 1024;

export function piecesOf(profile: ProfileData): Uint8Array[] {
  const bytes = new TextEncoder().encode(JSON.stringify(profile));
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) pieces.push(bytes.subarray(at, at + PIECE));
  return pieces;
}

export class ProfileReceiver {
  #pieces: Uint8Array[] = [];
  #length = 0;

  receive(bytes: Uint8Array): void {
    this.#length += bytes.length;
    if (this.#length <= MAX_BYTES) this.#pieces.push(bytes);
    else this.#pieces = [];
  }

  /** null: there is none, or what came is none. */
  finish(): ProfileData | null {
    if (this.#pieces.length === 0) return null;
    try {
      const profile: unknown = JSON.parse(Buffer.concat(this.#pieces).toString());
      return isProfile(profile) ? profile : null;
    } catch {
      return null;
    }
  }
}

type Unknown<T> = { readonly [K in keyof T]?: unknown };

function isProfile(value: unknown): value is ProfileData {
  const profile = value as Unknown<ProfileData> | null;
  if (profile === null || typeof profile !== "object" || profile.version !== 1) return false;
  const { frames, tree, translation, command } = profile;
  const numbers = [profile.samples, profile.wallUs, profile.idleUs];
  numbers.push(profile.threadUs, profile.otherThreadsUs, ...Object.values(translation ?? {}));
  return (
    typeof command === "string" &&
    numbers.every((one) => typeof one === "number") &&
    isListOf(frames, isFrame) &&
    isTree(tree as Unknown<ProfileData["tree"]>, frames.length) &&
    isListOf(profile.tiers, isShare) &&
    isListOf(profile.helpers, isShare) &&
    isListOf(profile.blocks, (one) => isShare(one) && hasText(one, "object"))
  );
}

function isListOf(value: unknown, is: (one: unknown) => boolean): value is readonly unknown[] {
  return Array.isArray(value) && value.every(is);
}

function hasText(value: unknown, field: string): boolean {
  return typeof (value as Record<string, unknown> | null)?.[field] === "string";
}

function isShare(value: unknown): boolean {
  return hasText(value, "name") && typeof (value as { us?: unknown }).us === "number";
}

function isFrame(value: unknown): boolean {
  const { kind } = (value ?? {}) as { kind?: unknown };
  const isKind = Object.values(FrameKind).some((known) => known === kind);
  return isKind && hasText(value, "name") && hasText(value, "object");
}

function isTree(tree: Unknown<ProfileData["tree"]> | undefined, frames: number): boolean {
  const { frame, parent, self } = tree ?? {};
  if (!isListOf(frame, (one) => isBelow(one, frames))) return false;
  const isTime = (one: unknown): boolean => typeof one === "number" && one >= 0;
  if (!isListOf(self, isTime) || self.length !== frame.length) return false;
  if (!Array.isArray(parent) || parent.length !== frame.length || parent[0] !== -1) return false;
  return parent.every((one, i) => i === 0 || isBelow(one, i));
}

function isBelow(value: unknown, limit: number): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < limit;
}
