/** What the command line knows of its caller. Tests bring their own. */
import process from "node:process";

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
  /** Data, for programs to read. */
  out(text: string): void;
  /** Everything else, for people. */
  err(text: string): void;
  /** stderr, if a person sees it and things may move there. */
  readonly terminal?: NodeJS.WriteStream;
}

export const processIo: Io = {
  env: process.env,
  cwd: () => process.cwd(),
  out: (text) => {
    process.stdout.write(text);
  },
  err: (text) => {
    process.stderr.write(text);
  },
  ...(process.stderr.isTTY && process.env.TERM !== "dumb" && { terminal: process.stderr }),
};
