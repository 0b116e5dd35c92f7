import type { Credentials } from "./credentials.ts";
/** cap_emulate_setxuid(): root's capabilities come and go with user 0. Changes `next`. */
export declare function fixCapabilitiesAfterSetuid(old: Credentials, next: Credentials): void;
