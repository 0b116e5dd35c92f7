/** A broken invariant of ours, never a guest's doing: the sandbox stops and prints it. */
export class KernelBug extends Error {
  override readonly name = "KernelBug";
}
