import type { PatternSegment } from "./language/ast.ts";
import { ANY_RUN, ANY_SEGMENT } from "./query/subject.ts";
import type { SubjectSegment } from "./query/subject.ts";
import { Unknown } from "./values/values.ts";
import { RulesPath } from "./values/values.ts";
import type { RulesValue } from "./values/values.ts";

/** One match of a pattern with the beginning of a path. */
export interface PatternMatch {
  readonly bindings: ReadonlyMap<string, RulesValue>;
  /** The index of the first unmatched segment. */
  readonly end: number;
}

/**
 * All matches of `pattern` with the segments of `subject` from index `from`. A pattern matches an open segment only if
 * it matches every path with such a segment. `minimumRun` is the minimum number of segments that `{name=**}` matches.
 */
export function* matchPattern(
  pattern: readonly PatternSegment[],
  subject: readonly SubjectSegment[],
  from: number,
  minimumRun: 0 | 1,
): Generator<PatternMatch> {
  const [first, ...rest] = pattern;
  if (!first) {
    yield { bindings: new Map(), end: from };
    return;
  }
  for (const { value, end } of matchSegment(first, subject, from, minimumRun)) {
    for (const match of matchPattern(rest, subject, end, minimumRun)) {
      if (first.kind === "literal") yield match;
      else yield { bindings: new Map([[first.name, value], ...match.bindings]), end: match.end };
    }
  }
}

function* matchSegment(
  pattern: PatternSegment,
  subject: readonly SubjectSegment[],
  from: number,
  minimumRun: number,
): Generator<{ value: RulesValue; end: number }> {
  const segment = subject[from];
  if (pattern.kind === "recursive") {
    for (let end = from; end <= subject.length; end++) {
      const run = subject.slice(from, end);
      if (run.filter((part) => part !== ANY_RUN).length >= minimumRun) yield { value: runValue(run), end };
    }
  } else if (segment === undefined || segment === ANY_RUN) {
    return;
  } else if (pattern.kind === "single") {
    yield { value: segment === ANY_SEGMENT ? new Unknown() : segment, end: from + 1 };
  } else if (segment === pattern.text) {
    yield { value: segment, end: from + 1 };
  }
}

function runValue(run: readonly SubjectSegment[]): RulesValue {
  return run.every((part) => typeof part === "string") ? new RulesPath(run) : new Unknown();
}
