import type { PatternSegment } from "./language/ast.ts";
import { ANY_RUN, ANY_SEGMENT } from "./query/subject.ts";
import type { SubjectSegment } from "./query/subject.ts";
import { Unknown } from "./values/values.ts";
import { RulesPath } from "./values/values.ts";
import type { RulesValue } from "./values/values.ts";

/** One way in which a pattern takes a beginning of the subject. */
export interface PatternMatch {
  readonly bindings: ReadonlyMap<string, RulesValue>;
  /** Index of the first segment not taken. */
  readonly end: number;
}

/**
 * Every way in which `pattern` takes segments of `subject` from `from` on. A pattern takes an open segment only if
 * it takes every path the segment stands for. `minimumRun` is how many segments `{name=**}` takes at least.
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
  for (const { value, end } of takeSegment(first, subject, from, minimumRun)) {
    for (const match of matchPattern(rest, subject, end, minimumRun)) {
      if (first.kind === "literal") yield match;
      else yield { bindings: new Map([[first.name, value], ...match.bindings]), end: match.end };
    }
  }
}

function* takeSegment(
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
