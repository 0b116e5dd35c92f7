/** Command lines for /bin/sh. */

/** What a template may hold: lists become words. */
export type ShellValue = string | number | readonly (string | number)[];

/** One word, whatever is in it: sh(1), "Quoting". */
export function shellQuote(word: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Puts a template together: the text is the shell's, the values are words. */
export function shellTemplate(
  strings: TemplateStringsArray,
  values: readonly ShellValue[],
): string {
  let command = strings[0] ?? "";
  values.forEach((value, i) => {
    const words = Array.isArray(value) ? value : [value];
    command += words.map((word) => shellQuote(String(word))).join(" ");
    command += strings[i + 1] ?? "";
  });
  return command;
}
