import type { ElfImage } from "../../fs/binfmt/elf.ts";
import type { Credentials } from "../../kernel/credentials.ts";
export interface AuxvParts {
  readonly image: ElfImage;
  readonly credentials: Credentials;
  /** AT_SECURE: the program gained rights. */
  readonly secure: boolean;
  /** Addresses of strings on the stack. */
  readonly random: number;
  readonly execfn: number;
  readonly platform: number;
}
/** The vector, in the order in which Linux 6.1 gives it. */
export declare function buildAuxv(parts: AuxvParts): Uint8Array;
