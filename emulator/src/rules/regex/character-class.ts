import { ASCII_CLASSES, translateEscape } from "./escape.ts";
import { PatternIssue } from "./pattern-issue.ts";

const POSIX: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7F",
  blank: "\\t ",
  cntrl: "\\x00-\\x1F\\x7F",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: "\\t\\n\\v\\f\\r ",
  upper: "A-Z",
  word: ASCII_CLASSES["w"] as string,
  xdigit: "0-9A-Fa-f",
};

/** Translates the bracketed class that starts at `at`. Throws `PatternIssue`. */
export function translateClass(source: string, at: number): { text: string; end: number } {
  let i = at + 1;
  let text = "[";
  if (source[i] === "^") {
    text += "^";
    i += 1;
  }
  const first = i;
  for (;;) {
    const char = source[i];
    if (char === undefined) throw new PatternIssue("missing closing ]");
    if (char === "]" && i > first) return { text: `${text}]`, end: i + 1 };
    const part = classMember(source, i, char);
    text += part.text;
    i = part.end;
  }
}

function classMember(source: string, at: number, char: string): { text: string; end: number } {
  const posix = /^\[:(\^?)([a-z]+):\]/.exec(source.slice(at, at + 14));
  if (posix) return { text: posixMembers(posix), end: at + posix[0].length };
  if (char === "\\") return translateEscape(source, at, true);
  if (char === "-" && !isRange(source, at)) return { text: "\\-", end: at + 1 };
  return { text: char === "]" || char === "[" ? `\\${char}` : char, end: at + 1 };
}

function posixMembers(match: RegExpExecArray): string {
  const members = POSIX[match[2] as string];
  if (members === undefined || match[1] === "^")
    throw new PatternIssue(`invalid character class ${match[0]}`);
  return members;
}

/** Whether the `-` at `at` is between two members; a class such as `\w` on its left makes it a plain dash. */
function isRange(source: string, at: number): boolean {
  const before = source.slice(Math.max(0, at - 2), at);
  if (/\\[dDsSwW]$/.test(before) || /:\]$/.test(before)) return false;
  const beginsClass = /(?:^|[^\\])\[\^?$/.test(source.slice(Math.max(0, at - 3), at));
  return !beginsClass && source[at + 1] !== "]";
}
