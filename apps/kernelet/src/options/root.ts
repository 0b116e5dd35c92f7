/** `--root`, of all commands that use the store of images. */
import { Option } from "commander";

export function rootOption(): Option {
  return new Option(
    "--root <folder>",
    "where images are kept; else KERNELET_ROOT, or ~/.local/share/kernelet",
  );
}
