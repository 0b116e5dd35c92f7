/** @kernelet/image/tar: for whoever writes layers, without the rest of this part. */
export { scanFile } from "./drive.ts";
export type { Segment, TarEntry } from "./entry.ts";
export { encodeEntry, encodeLink, encodeWhiteout, isArchivable } from "./layer.ts";
export { END_OF_ARCHIVE } from "./write.ts";
