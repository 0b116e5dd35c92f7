/** What every command about images does first: opens the store, and turns errors into lines. */
import { resolve } from "node:path";
import { defaultRoot, ImageStore } from "@kernelet/image";
import type { Io } from "../io.ts";
import { imageError } from "./errors.ts";

export interface RootOption {
  readonly root?: string;
}

export function openStore(io: Io, { root }: RootOption): ImageStore {
  return ImageStore.open(root === undefined ? defaultRoot(io.env) : resolve(io.cwd(), root));
}

export async function reporting<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw imageError(error);
  }
}
