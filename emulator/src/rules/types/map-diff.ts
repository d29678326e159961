import { valuesEqual } from "../values/equality.ts";
import { RulesSet } from "../values/values.ts";
import type { RulesMapDiff, RulesValue } from "../values/values.ts";
import { method } from "./callable.ts";
import type { CallableTable } from "./callable.ts";

type Diff = RulesMapDiff;

/** `a.diff(b)`: keys that `a` has and `b` lacks are added. */
export const mapDiffMethods: CallableTable<Diff> = {
  addedKeys: method([], (diff: Diff) => new RulesSet(added(diff))),
  affectedKeys: method(
    [],
    (diff: Diff) => new RulesSet([...added(diff), ...removed(diff), ...kept(diff, false)]),
  ),
  changedKeys: method([], (diff: Diff) => new RulesSet(kept(diff, false))),
  removedKeys: method([], (diff: Diff) => new RulesSet(removed(diff))),
  unchangedKeys: method([], (diff: Diff) => new RulesSet(kept(diff, true))),
};

function added({ after, before }: Diff): string[] {
  return after.keys().filter((key) => !before.has(key));
}

function removed({ after, before }: Diff): string[] {
  return before.keys().filter((key) => !after.has(key));
}

/** The keys of both maps whose values are equal, or unequal if `equal` is false. */
function kept({ after, before }: Diff, equal: boolean): string[] {
  return after.keys().filter((key) => {
    const old = before.get(key);
    return old !== undefined && valuesEqual(after.get(key) as RulesValue, old) === equal;
  });
}
