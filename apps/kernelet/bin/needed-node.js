/** Which Node the command line needs. */

export const NEEDED_MAJOR = 24;

export function isFitting(version) {
  return Number.parseInt(version, 10) >= NEEDED_MAJOR;
}
