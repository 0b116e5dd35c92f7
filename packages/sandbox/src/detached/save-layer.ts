/** What was changed in a sandbox's root is written down: at its end, or when somebody asks. */
import { errnoMessage, isErrno } from "@kernelet/abi";
import { Credentials, type FsContext, overlayChanges } from "@kernelet/kernel";
import type { Booted } from "../boot.ts";
import { appendTo, truncateTo } from "../host/append-file.ts";
import type { NodeHost } from "../host/node-host.ts";
import type { SandboxConfig } from "../protocol.ts";
import { layerOf } from "./layer.ts";

export interface SavedLayer {
  readonly hasLayer: boolean;
  /** Why there is none, though something was changed. */
  readonly error?: string;
}

/** What is changed in the root now, piece by piece; nothing at all if that is so. */
export function currentLayer(fs: FsContext): Generator<Uint8Array, void, undefined> {
  const changes = overlayChanges(fs.root.mount.root.superblock) ?? [];
  return layerOf(changes, { fs, credentials: Credentials.root() });
}

export function saveLayer({ layerFd }: SandboxConfig, { fs }: Booted, host: NodeHost): SavedLayer {
  if (layerFd === undefined) return { hasLayer: false };
  const changes = overlayChanges(fs.root.mount.root.superblock);
  if (changes === null || changes.length === 0) return { hasLayer: false };
  try {
    for (const bytes of currentLayer(fs)) {
      const result = host.counts.record("layer", appendTo(layerFd, bytes), bytes.length);
      if (isErrno(result)) throw new Error(errnoMessage(result));
    }
    return { hasLayer: true };
  } catch (error) {
    // A full disk, or a bug of ours: how the program ended must be said all the same.
    const message = `what was written in the container is lost: ${(error as Error).message}`;
    host.log("error", message);
    // Half a layer is none, and there are words to come that need room.
    truncateTo(layerFd, 0);
    return { hasLayer: false, error: message };
  }
}
