/** Who starts containers. runtimes.ts has them as rows. */
import type { Image } from "./images.ts";

export interface Runtime {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The program that must be here. */
  readonly program: string;
  /** Makes an image known to it, once. */
  install(image: Image): void;
  /** The command that runs `argv` in a new container, which is gone when it has ended. */
  run(image: Image, argv: readonly string[]): readonly string[];
  /** Starts a container in the background, with a port that leads to the same port inside. */
  start(image: Image, argv: readonly string[], port?: number): Promise<Started>;
}

export interface Started {
  /** The command that runs `argv` in it. */
  exec(argv: readonly string[]): readonly string[];
  /** Of the host: each with all its descendants belongs to the container. */
  pids(): readonly number[];
  remove(): Promise<void>;
}
