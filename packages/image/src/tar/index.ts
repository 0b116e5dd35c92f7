/** @kernelet/image/tar: for whoever writes layers, without the rest of this part. */
export type { Segment } from "./entry.ts";
export { encodeEntry, encodeLink, encodeWhiteout, isArchivable } from "./layer.ts";
export { END_OF_ARCHIVE } from "./write.ts";
