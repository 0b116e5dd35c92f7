/**
 * Options whose value may only follow an equals sign: `--trace` and `--trace=file`. Commander would take the next
 * word for the value of `--trace`, which is the program to run. So `--trace=file` becomes `--trace-set=file`.
 */
import { Command } from "commander";

/** Option → the hidden option that takes its value. */
type InlineValues = Readonly<Record<string, string>>;

export class InlineValueCommand extends Command {
  readonly #inline: InlineValues;

  constructor(inline: InlineValues) {
    super();
    this.#inline = inline;
  }

  override parseOptions(argv: string[]): ReturnType<Command["parseOptions"]> {
    return super.parseOptions(this.#rewrite(argv));
  }

  /** Ends where the options end: what follows is the guest's. */
  #rewrite(argv: readonly string[]): string[] {
    const rewritten: string[] = [];
    for (let i = 0; i < argv.length; i++) {
      const arg = argv[i] as string;
      if (arg === "--" || !arg.startsWith("-")) return [...rewritten, ...argv.slice(i)];
      const [flag, value] = splitAtEquals(arg);
      const option = this.#inline[flag];
      if (value !== undefined && option !== undefined) rewritten.push(flag, `${option}=${value}`);
      else rewritten.push(arg);
      const takesNext = value === undefined && this.#takesValue(arg);
      if (takesNext && i + 1 < argv.length) rewritten.push(argv[++i] as string);
    }
    return rewritten;
  }

  /** `-e` takes the next word, `-eA=b` does not. */
  #takesValue(arg: string): boolean {
    const option = this.options.find(({ short, long }) => short === arg || long === arg);
    return option?.required ?? false;
  }
}

function splitAtEquals(arg: string): readonly [string, string | undefined] {
  const equals = arg.startsWith("--") ? arg.indexOf("=") : -1;
  return equals < 0 ? [arg, undefined] : [arg.slice(0, equals), arg.slice(equals + 1)];
}
