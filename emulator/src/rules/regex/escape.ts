import { PatternIssue } from "./pattern-issue.ts";

/** ASCII classes as RE2 defines them, without brackets. */
export const ASCII_CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  s: "\\t\\n\\f\\r ",
  w: "0-9A-Za-z_",
};

const CONTROL: Readonly<Record<string, string>> = {
  a: "\\x07",
  f: "\\f",
  n: "\\n",
  r: "\\r",
  t: "\\t",
  v: "\\v",
};

/** The characters that may be escaped with the `u` flag; others are written unescaped. */
const SYNTAX = /[\^$\\.*+?()[\]{}|/]/;

/**
 * Translates the escape at `at`. In a class the result is the text between the brackets.
 * Throws `PatternIssue` for backreferences and unknown letters.
 */
export function translateEscape(source: string, at: number, inClass: boolean): { text: string; end: number } {
  const rest = source.slice(at + 1);
  const char = rest[0];
  if (char === undefined) throw new PatternIssue("trailing backslash");
  const one = (text: string) => ({ text, end: at + 2 });
  const ascii = ASCII_CLASSES[char.toLowerCase()];
  if (ascii !== undefined) return one(asciiClass(char, ascii, inClass));
  if (CONTROL[char] !== undefined) return one(CONTROL[char]);
  if (char === "p" || char === "P") return unicodeClass(rest, at);
  const hex = /^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(rest);
  if (hex) return { text: `\\u{${hex[1] ?? hex[2]}}`, end: at + 1 + hex[0].length };
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{2})/.exec(rest);
  if (octal) return { text: `\\u{${parseInt(octal[0], 8).toString(16)}}`, end: at + 1 + octal[0].length };
  if (/[1-9]/.test(char)) throw new PatternIssue(`backreference \\${char} is not supported`);
  if (!inClass) {
    if (char === "b" || char === "B") return one(`\\${char}`);
    if (char === "A") return one("(?<![^])");
    if (char === "z") return one("(?![^])");
    if (char === "Q") return quoted(rest, at);
  }
  if (/[A-Za-z]/.test(char)) throw new PatternIssue(`invalid escape sequence \\${char}`);
  if (inClass && (char === "-" || char === "^" || char === "]" || char === "\\")) return one(`\\${char}`);
  return one(SYNTAX.test(char) ? `\\${char}` : char);
}

function asciiClass(char: string, members: string, inClass: boolean): string {
  const negated = char !== char.toLowerCase();
  if (!negated) return inClass ? members : `[${members}]`;
  if (!inClass) return `[^${members}]`;
  // JavaScript's \S excludes more white space than RE2's, so the complement is written out.
  if (char === "S") return "\\0-\\x08\\x0B\\x0E-\\x1F!-\\u{10FFFF}";
  return `\\${char}`;
}

function unicodeClass(rest: string, at: number): { text: string; end: number } {
  const match = /^([pP])(?:([A-Z])|\{(\^?)([A-Za-z_]+)\})/.exec(rest);
  if (!match) throw new PatternIssue("invalid Unicode class");
  const [all, letter, short, caret, long] = match as unknown as [string, string, string?, string?, string?];
  const name = (short ?? long) as string;
  // Two letters at most name a general category, longer names are scripts.
  const property = name.length <= 2 ? name : `Script=${name}`;
  const negated = (letter === "P") !== (caret === "^");
  return { text: `\\${negated ? "P" : "p"}{${property}}`, end: at + 1 + all.length };
}

function quoted(rest: string, at: number): { text: string; end: number } {
  const close = rest.indexOf("\\E", 1);
  const literal = close < 0 ? rest.slice(1) : rest.slice(1, close);
  const text = literal.replace(/[\^$\\.*+?()[\]{}|/]/g, "\\$&");
  return { text, end: at + 1 + (close < 0 ? rest.length : close + 2) };
}
