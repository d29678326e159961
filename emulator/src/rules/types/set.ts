import { distinct, includes } from "../values/equality.ts";
import { RulesSet } from "../values/values.ts";
import type { RulesValue } from "../values/values.ts";
import { method } from "./callable.ts";
import type { CallableTable } from "./callable.ts";

export const setMethods: CallableTable<RulesSet> = {
  difference: method(["list|set"], (set: RulesSet, other) => {
    return new RulesSet(set.values.filter((value) => !includes(members(other), value)));
  }),
  hasAll: method(["list|set"], (set: RulesSet, other) =>
    members(other).every((value) => includes(set.values, value)),
  ),
  hasAny: method(["list|set"], (set: RulesSet, other) =>
    members(other).some((value) => includes(set.values, value)),
  ),
  hasOnly: method(["list|set"], (set: RulesSet, other) =>
    set.values.every((value) => includes(members(other), value)),
  ),
  intersection: method(["list|set"], (set: RulesSet, other) => {
    return new RulesSet(set.values.filter((value) => includes(members(other), value)));
  }),
  size: method([], (set: RulesSet) => BigInt(set.values.length)),
  union: method(["list|set"], (set: RulesSet, other) => distinct([...set.values, ...members(other)])),
};

function members(collection: readonly RulesValue[] | RulesSet): readonly RulesValue[] {
  return collection instanceof RulesSet ? collection.values : collection;
}
