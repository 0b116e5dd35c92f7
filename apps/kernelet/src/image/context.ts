/** What every command about images does first: opens the store, and turns errors into lines. */
import { resolve } from "node:path";
import { defaultRoot, ImageStore } from "@kernelet/image";
import type { Io } from "../io.ts";
import { imageError } from "./errors.ts";

export interface RootOption {
  readonly root?: string;
}

/** Where images and containers are kept. */
export function rootOf(io: Io, { root }: RootOption): string {
  return root === undefined ? defaultRoot(io.env) : resolve(io.cwd(), root);
}

export function openStore(io: Io, options: RootOption): ImageStore {
  return ImageStore.open(rootOf(io, options));
}

export async function reporting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw imageError(error);
  }
}
