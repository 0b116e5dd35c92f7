/** `--hostname`: what sethostname(2) takes, and a label of RFC 1123 or several. */
import { badOption } from "../errors.ts";

const LABEL = /^[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?$/;
/** __NEW_UTS_LEN. */
const LONGEST = 64;

export function parseHostname(flag: string, text: string): string {
  if (text.length > LONGEST) throw badOption(flag, `longer than ${LONGEST} characters`);
  if (!text.split(".").every((label) => LABEL.test(label))) {
    throw badOption(flag, `'${text}' is not a host name`);
  }
  return text;
}
