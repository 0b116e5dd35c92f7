/** A broken invariant of ours, never a guest's doing: the sandbox stops and prints it. */
export declare class KernelBug extends Error {
  readonly name = "KernelBug";
}
