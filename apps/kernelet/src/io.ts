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
  out: (text) => write(process.stdout, text),
  err: (text) => write(process.stderr, text),
  ...(process.stderr.isTTY && process.env.TERM !== "dumb" && { terminal: process.stderr }),
};

/** A reader that has seen enough (`kernelet … | head`) is no error of anybody's. */
function write(stream: NodeJS.WriteStream, text: string): void {
  if (stream.listenerCount("error") === 0) stream.on("error", ignoreBrokenPipe);
  stream.write(text);
}

function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
