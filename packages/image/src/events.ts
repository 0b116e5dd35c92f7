/** What happens while images move, for whoever shows it. */
import type { Digest } from "./digest.ts";
import type { Platform } from "./platform.ts";

export type LayerPhase =
  /** In the queue. */
  | "waiting"
  /** Was here, or there, already. */
  | "exists"
  | "downloading"
  | "extracting"
  | "uploading"
  /** Given by another repository of the registry. */
  | "mounted"
  | "done";

export type ImageEvent =
  /** The name means this. */
  | {
      readonly type: "resolved";
      readonly name: string;
      readonly digest: Digest;
      readonly platform?: Platform;
    }
  /** `current` of `total` bytes; a total of 0 is not known. */
  | {
      readonly type: "layer";
      readonly digest: Digest;
      readonly phase: LayerPhase;
      readonly current: number;
      readonly total: number;
    }
  /** Something failed and will be tried again. */
  | {
      readonly type: "retry";
      readonly what: string;
      readonly attempt: number;
      readonly delayMs: number;
      readonly cause: Error;
    }
  | { readonly type: "indexing" };

export type EventListener = (event: ImageEvent) => void;

export const nobody: EventListener = () => {};
