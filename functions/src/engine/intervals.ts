import type { Interval } from "./types.ts";
import { minutes } from "./units.ts";

/*
 * Sets of minutes as lists of half-open intervals. A list is in normal form when it is sorted, its intervals are
 * not empty, and no two of them overlap or meet; `normalise` brings any list into it.
 */

/** Whether two intervals share a minute. Intervals that only meet do not. */
export function overlaps(a: Interval, b: Interval): boolean {
  return a.start < b.end && b.start < a.end;
}

/** Whether one interval ends exactly where the other starts. */
export function meets(a: Interval, b: Interval): boolean {
  return a.end === b.start || b.end === a.start;
}

/** Whether every minute of `inner` lies in `outer`. */
export function contains(outer: Interval, inner: Interval): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** The same minutes in normal form. Takes any list, empty and reversed intervals (which hold nothing) included. */
export function normalise(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter((one) => one.start < one.end).sort((a, b) => a.start - b.start);
  const merged: Interval[] = [];
  for (const { start, end } of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) {
      if (end > last.end) merged[merged.length - 1] = { start: last.start, end };
    } else {
      merged.push({ start, end });
    }
  }
  return merged;
}

/** The minutes that are in `a` or in `b`, in normal form. Takes any two lists. */
export function union(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return normalise([...a, ...b]);
}

/**
 * The minutes of `from` that are not in `taken`. Both lists must be sorted and disjoint; so is the result. What is
 * left of an interval keeps its other properties (an open interval keeps its anchor and its location).
 */
export function subtract<T extends Interval>(from: readonly T[], taken: readonly Interval[]): T[] {
  const left: T[] = [];
  let first = 0;
  for (const interval of from) {
    while (first < taken.length && taken[first]!.end <= interval.start) first++;
    let start = interval.start;
    for (let i = first; i < taken.length && taken[i]!.start < interval.end; i++) {
      const cut = taken[i]!;
      if (start < cut.start) left.push({ ...interval, start, end: cut.start });
      start = minutes(Math.max(start, cut.end));
    }
    if (start < interval.end) left.push({ ...interval, start });
  }
  return left;
}

/** The minutes that are in both lists. Both must be sorted and disjoint; so is the result. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const shared: Interval[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const start = Math.max(a[i]!.start, b[j]!.start);
    const end = Math.min(a[i]!.end, b[j]!.end);
    if (start < end) shared.push({ start: minutes(start), end: minutes(end) });
    if (a[i]!.end < b[j]!.end) i++;
    else j++;
  }
  return shared;
}
