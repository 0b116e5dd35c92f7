/**
 * Granted folders as descriptors that the sandbox inherits. It could open most of them by name, but not all: Node 24 forgets the
 * grant of a folder itself, not of what is in it, once the name of another grant begins with the folder's: `/srv/app` beside
 * `/srv/application`.
 */
import { closeSync, constants, openSync } from "node:fs";
import type { FolderGrant, SandboxConfig } from "./protocol.ts";

export interface OpenGrants {
  /** With the numbers that the sandbox will find the folders at. */
  readonly config: SandboxConfig;
  /** For the sandbox to inherit, in this order. */
  readonly descriptors: readonly number[];
  close(): void;
}

/** @param first the number that the sandbox finds the first one at. */
export function openGrants(config: SandboxConfig, first: number): OpenGrants {
  const descriptors: number[] = [];
  const withDescriptor = <G extends FolderGrant>(grant: G): G => {
    const fd = process.platform === "linux" && grant.path !== "/" ? tryOpen(grant.path) : null;
    return fd === null ? grant : { ...grant, descriptor: first + descriptors.push(fd) - 1 };
  };
  return {
    config: {
      ...config,
      layers: config.layers.map(withDescriptor),
      volumes: config.volumes.map(withDescriptor),
    },
    descriptors,
    close: () => {
      for (const fd of descriptors) closeSync(fd);
    },
  };
}

/** null: the sandbox will fail to open it, too, and says what of. */
function tryOpen(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
}
