/** objdump's lines in the disassembler's spelling. */

/** An instruction as objdump printed it. */
export interface Line {
  readonly addr: number;
  readonly text: string;
}

/** A recorded one. */
export interface Sample extends Line {
  readonly bytes: Uint8Array;
}

/** Drops comments, symbols, padding, and what decoding drops: idle prefixes, zero displacements, needless SIB bytes. */
export function normalize(text: string): string {
  return text
    .replace(/\s*#.*/, "")
    .replace(/\s*<.*>/, "")
    .replace(/\s+/g, " ")
    .replace(/([\]*+\w])\+0x0\]/, "$1]")
    .replace(/\+[re]iz\*1/, "")
    .replace(/^((data16|cs|ds|es|ss|notrack|rex\S*|addr32) )+/, "")
    .trim();
}

/** Lines of objdump-sample.tsv. */
export function parseSample(tsv: string): Sample[] {
  const lines = tsv.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => {
    const [addr = "", hex = "", text = ""] = line.split("\t");
    const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    return { addr: Number.parseInt(addr, 16), bytes, text };
  });
}

/** Lines of `objdump -d --no-show-raw-insn`. */
export function parseListing(listing: string): Line[] {
  const lines: Line[] = [];
  for (const line of listing.split("\n")) {
    const parts = /^\s*([0-9a-f]+):\s+(.*)$/.exec(line);
    if (parts !== null)
      lines.push({ addr: Number.parseInt(parts[1] ?? "", 16), text: parts[2] ?? "" });
  }
  return lines;
}
