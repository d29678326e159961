import { EvaluationError } from "../values/evaluation-error.ts";
import { translatePattern } from "./translate.ts";

interface CompiledPattern {
  /** Matches only the whole string. */
  readonly whole: RegExp;
  /** Finds every match. */
  readonly anywhere: RegExp;
}

const MAX_CACHED = 500;
const cache = new Map<string, CompiledPattern>();

/** The compiled pattern, cached. Throws `EvaluationError` for a pattern that RE2 would refuse. */
export function patternOf(source: string): CompiledPattern {
  const known = cache.get(source);
  if (known) return known;
  const translated = translatePattern(source);
  if (!translated.ok)
    throw new EvaluationError(`Invalid regular expression '${source}': ${translated.reason}.`);
  const { body, flags } = translated;
  const compiled = { whole: new RegExp(`^(?:${body})$`, flags), anywhere: new RegExp(body, `${flags}g`) };
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(source, compiled);
  return compiled;
}

/** Replaces every match. In the template `$1` is a group and a backslash escapes the next character. */
export function replaceAll(text: string, pattern: string, template: string): string {
  const { anywhere } = patternOf(pattern);
  return text.replaceAll(anywhere, (...found: unknown[]) => {
    const groups = found.slice(
      0,
      found.findIndex((part) => typeof part === "number"),
    ) as (string | undefined)[];
    return expand(template, groups);
  });
}

function expand(template: string, groups: readonly (string | undefined)[]): string {
  return template.replace(
    /\\([^])|\$(\d+)|[\\$]/g,
    (mark, escaped: string | undefined, digits: string | undefined) => {
      if (escaped !== undefined) return escaped;
      if (digits === undefined) throw new EvaluationError(`Invalid replacement '${template}'.`);
      const index = Number(digits);
      if (index >= groups.length) throw new EvaluationError(`No group ${mark} in the pattern.`);
      return groups[index] ?? "";
    },
  );
}

/** The parts between matches, without empty parts at the end or before an empty first match. */
export function splitBy(text: string, pattern: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const match of text.matchAll(patternOf(pattern).anywhere)) {
    const end = match.index + match[0].length;
    if (end === 0 || (match[0] === "" && match.index >= text.length)) continue;
    pieces.push(text.slice(from, match.index));
    from = end;
  }
  if (pieces.length === 0) return [text];
  pieces.push(text.slice(from));
  while (pieces.at(-1) === "") pieces.pop();
  return pieces;
}
