/** @kernelet/image/tar: for whoever writes layers, without the rest of this part. */
export { END_OF_ARCHIVE, encodeHeader, encodePax, padding } from "./write.ts";
