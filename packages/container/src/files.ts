/** The files of a container, whether it runs or not. */
import fs from "node:fs";
import { type Connection, launch } from "@kernelet/sandbox";
import type { Container } from "./container.ts";
import { ContainerError, fileError } from "./errors.ts";
import { stackLayers, takeIn } from "./layers.ts";
import { sandboxConfig } from "./sandbox-config.ts";

/** Of a connection, what files need. */
export type FileConnection = Pick<Connection, "ask" | "subscribe" | "closed">;

/** Behind stdin, stdout, stderr and the channel. */
const LAYER_FD = 4;

/**
 * Does something with a container's files: in its own sandbox if it runs; else in one without a program over its root, which
 * ends with us, and whose changes the container's next start finds.
 */
export async function usingFiles<T>(
  container: Container,
  work: (connection: FileConnection) => Promise<T>,
): Promise<T> {
  if (container.isActive) return await container.using(work);
  return await container.locked(async () => {
    if (container.isActive) return await container.using(work);
    const layers = stackLayers(container);
    const layerFd = openNew(container);
    try {
      const sandbox = launch({
        config: {
          ...sandboxConfig(container, layers),
          program: null,
          init: "reaper",
          layerFd: LAYER_FD,
        },
        stdio: ["ignore", "ignore", "ignore", layerFd],
      });
      if (!(await sandbox.ready)) {
        throw new ContainerError(
          "lost",
          `container ${container.config.name}: its files cannot be opened`,
        );
      }
      let result: T;
      try {
        result = await work(sandbox);
      } finally {
        sandbox.stop();
      }
      const outcome = await sandbox.outcome;
      if (outcome.kind !== "exited") {
        throw new ContainerError(
          "lost",
          `container ${container.config.name}: what was copied is lost`,
        );
      }
      if (outcome.hasLayer) takeIn(container.paths, container.paths.copyLayer);
      return result;
    } finally {
      fs.closeSync(layerFd);
      fs.rmSync(container.paths.copyLayer, { force: true });
    }
  });
}

function openNew({ paths }: Container): number {
  try {
    return fs.openSync(paths.copyLayer, "wx", 0o600);
  } catch (error) {
    throw fileError("writing", paths.copyLayer, error);
  }
}
