import { translateClass } from "./character-class.ts";
import { translateEscape } from "./escape.ts";
import { PatternIssue } from "./pattern-issue.ts";

export type Translation =
  | { readonly ok: true; readonly body: string; readonly flags: string }
  | { readonly ok: false; readonly reason: string };

/**
 * Translates RE2 syntax into the equivalent JavaScript pattern (with the `u` flag). Refuses syntax that RE2 does not
 * support (look-around, backreferences, possessive repetition), and flags in the middle of a pattern, which this
 * runtime does not support.
 */
export function translatePattern(source: string): Translation {
  try {
    const leading = /^\(\?([ims]+)\)/.exec(source);
    const flags = leading?.[1] ?? "";
    const body = translateBody(source, leading?.[0].length ?? 0, flags);
    const translation = { ok: true, body, flags: flags.includes("i") ? "iu" : "u" } as const;
    new RegExp(translation.body, translation.flags);
    return translation;
  } catch (error) {
    if (error instanceof PatternIssue) return { ok: false, reason: error.message };
    if (error instanceof SyntaxError)
      return { ok: false, reason: error.message.replace(/^.*\/[a-z]*: /, "") };
    throw error;
  }
}

function translateBody(source: string, start: number, flags: string): string {
  const dot = flags.includes("s") ? "[^]" : "[^\\n]";
  const lineStart = flags.includes("m") ? "(?<=^|\\n)" : "^";
  const lineEnd = flags.includes("m") ? "(?=$|\\n)" : "$";
  const simple: Readonly<Record<string, string>> = {
    ".": dot,
    "^": lineStart,
    $: lineEnd,
    "]": "\\]",
    "}": "\\}",
  };
  let body = "";
  let i = start;
  while (i < source.length) {
    const char = source[i] as string;
    const part = special(source, i, char) ?? { text: simple[char] ?? char, end: i + 1 };
    body += part.text;
    i = part.end;
  }
  return body;
}

/** Translates a construct of several characters; undefined for a single one. */
function special(source: string, at: number, char: string): { text: string; end: number } | undefined {
  switch (char) {
    case "\\":
      return translateEscape(source, at, false);
    case "[":
      return translateClass(source, at);
    case "(":
      return openGroup(source, at);
    case "{":
      return /^\{\d+(?:,\d*)?\}/.test(source.slice(at))
        ? repetition(source, at)
        : { text: "\\{", end: at + 1 };
    default:
      return undefined;
  }
}

function repetition(source: string, at: number): { text: string; end: number } {
  const text = (/^\{\d+(?:,\d*)?\}/.exec(source.slice(at)) as RegExpExecArray)[0];
  if ((text.match(/\d+/g) ?? []).some((count) => Number(count) > 1000)) {
    throw new PatternIssue(`invalid repeat count ${text}`);
  }
  return { text, end: at + text.length };
}

function openGroup(source: string, at: number): { text: string; end: number } {
  if (source[at + 1] !== "?") return { text: "(", end: at + 1 };
  const rest = source.slice(at, at + 80);
  const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
  if (named) return { text: `(?<${named[1]}>`, end: at + named[0].length };
  if (rest.startsWith("(?:")) return { text: "(?:", end: at + 3 };
  const lookAround = /^\(\?<?[=!]/.exec(rest);
  if (lookAround) throw new PatternIssue(`look-around ${lookAround[0]} is not supported`);
  throw new PatternIssue(`invalid or unsupported group ${rest.slice(0, 4)}`);
}
