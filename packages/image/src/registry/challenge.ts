/** `WWW-Authenticate`: RFC 9110, section 11.6.1. */

export interface Challenge {
  /** In lower case: "bearer", "basic". */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A header may have several challenges, each with parameters, all separated by commas. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Record<string, string> }[] = [];
  const token = /[\w!#$%&'*+.^`|~-]+/y;
  let at = 0;
  const skip = (pattern: RegExp): void => {
    pattern.lastIndex = at;
    if (pattern.test(header)) at = pattern.lastIndex;
  };
  while (at < header.length) {
    skip(/[\s,]+/y);
    token.lastIndex = at;
    const word = token.exec(header)?.[0];
    if (word === undefined) break;
    at = token.lastIndex;
    skip(/[ \t]*/y);
    if (header[at] !== "=" || challenges.length === 0) {
      challenges.push({ scheme: word.toLowerCase(), parameters: {} });
      continue;
    }
    at++;
    skip(/[ \t]*/y);
    const value = header[at] === '"' ? quoted(header, at) : bare(header, at);
    at = value.end;
    const { parameters } = challenges.at(-1) as { parameters: Record<string, string> };
    parameters[word.toLowerCase()] = value.text;
  }
  return challenges;
}

function quoted(header: string, at: number): { text: string; end: number } {
  let text = "";
  let i = at + 1;
  for (; i < header.length && header[i] !== '"'; i++) {
    if (header[i] === "\\") i++;
    text += header[i] ?? "";
  }
  return { text, end: i + 1 };
}

function bare(header: string, at: number): { text: string; end: number } {
  const rest = /^[^\s,]*/.exec(header.slice(at))?.[0] ?? "";
  return { text: rest, end: at + rest.length };
}
