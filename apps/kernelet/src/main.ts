/** The command line's entry. Returns the exit code. */
export async function main(_argv: string[]): Promise<number> {
  return 0;
}
