/** How a sandbox ended, for those who are not in it. */
import type { ProfileData } from "./profile/profile-data.ts";
import type { StartFailure } from "./protocol.ts";
import type { Report } from "./report.ts";

/** How a sandbox ended. */
export type Outcome =
  /** The first program ended: wait status, see wait(2). */
  | {
      readonly kind: "exited";
      readonly status: number;
      readonly hasLayer: boolean;
      readonly report: Report;
      /** If `SandboxConfig.profile` asked for it. */
      readonly profile?: ProfileData;
    }
  /** It could not be started. */
  | ({ readonly kind: "failed" } & StartFailure)
  /** We ended it: `kill`. */
  | { readonly kind: "killed" }
  /** The sandbox process itself ended too early: an error of ours, or of the machine. */
  | { readonly kind: "lost"; readonly code: number | null; readonly signal: string | null };
