/** Names of entries as paths inside the image. */
import { LayerError } from "../errors.ts";
import { type ByteString, readable } from "../tar/entry.ts";
import { MAX_NAME_BYTES, MAX_PATH_BYTES } from "../tar/limits.ts";

/**
 * The components of a name. As containerd takes them: an absolute name is one below the image's root, "." and "//" are
 * nothing, and "a/../b" is "b". A name that leads out of the root is refused.
 */
export function splitPath(name: ByteString, entry: ByteString): ByteString[] {
  const fail = (why: string): never => {
    throw new LayerError(why, readable(entry));
  };
  if (name.length >= MAX_PATH_BYTES) fail("the name is too long");
  if (name.includes("\0")) fail("a name with a NUL");
  const parts: ByteString[] = [];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (parts.pop() === undefined) fail("the name leads out of the image");
    } else if (part.length > MAX_NAME_BYTES) fail("a name of more than 255 bytes");
    else parts.push(part);
  }
  return parts;
}
