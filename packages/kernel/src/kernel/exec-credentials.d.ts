/**
 * Who a task is after execve(2): set-user-ID bits, file capabilities, ambient capabilities. capabilities(7),
 * "Transformation of capabilities during execve()"; Linux's bprm_fill_uid and cap_bprm_creds_from_file.
 */
import { type Errno } from "@kernelet/abi";
import type { FileDescription } from "../fs/file-description.ts";
import type { Credentials } from "./credentials.ts";
export interface ExecCredentials {
  readonly credentials: Credentials;
  /** AT_SECURE: the program has rights that its caller has not. */
  readonly secure: boolean;
}
export declare function credentialsAfterExec(
  old: Credentials,
  file: FileDescription,
): ExecCredentials | Errno;
