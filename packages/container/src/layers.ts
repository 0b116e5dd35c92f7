/**
 * The layers of a container's root: the image's, and one for each run in which something was written. While it runs, what it
 * writes is in memory; at its end its sandbox writes it down, and the next start puts it on top. A run that was killed
 * has left nothing.
 */
import fs from "node:fs";
import { treeLayerCount, treeOf } from "@kernelet/image";
import type { Container } from "./container.ts";
import type { ContainerPaths } from "./paths.ts";

/**
 * Takes in what the last run has left, and sees to it that the tree is of all layers.
 * Preconditions: the caller has the container's lock, and it does not run. Whenever this is cut off, the next one goes on.
 *
 * @returns the layers, the lowest first.
 */
export function stackLayers(container: Container): string[] {
  const { paths } = container;
  const own = ownLayers(paths);
  if (hasNewLayer(container)) {
    const next = paths.ownLayer(own.length);
    fs.renameSync(paths.newLayer, next);
    own.push(next);
  } else fs.rmSync(paths.newLayer, { force: true });
  const layers = [...imageLayers(container), ...own];
  if (treeLayerCount(paths.tree) !== layers.length) {
    // Never in place: the file is the image store's, too.
    const part = `${paths.tree}.part`;
    fs.writeFileSync(part, treeOf(layers.map((file) => ({ file, name: file }))), { mode: 0o600 });
    fs.renameSync(part, paths.tree);
  }
  return layers;
}

export function imageLayers({ config, paths }: Container): string[] {
  return Array.from({ length: config.image.layerCount }, (_, i) => paths.layer(i));
}

/** What all runs that have ended have written, the oldest first. */
export function settledLayers(container: Container): string[] {
  const own = ownLayers(container.paths);
  return hasNewLayer(container) ? [...own, container.paths.newLayer] : own;
}

/** An empty one is of a start that came to nothing. */
function hasNewLayer(container: Container): boolean {
  if (!container.state().hasNewLayer) return false;
  return (fs.statSync(container.paths.newLayer, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function ownLayers(paths: ContainerPaths): string[] {
  const layers: string[] = [];
  for (let i = 0; fs.existsSync(paths.ownLayer(i)); i++) layers.push(paths.ownLayer(i));
  return layers;
}

/** Takes in a layer that was written beside the runs, as `cp` does. Preconditions: as `stackLayers`, which came before. */
export function addLayer({ paths }: Container): void {
  fs.renameSync(paths.newLayer, paths.ownLayer(ownLayers(paths).length));
}
