import { compareUtf8 } from "../../values/compare.ts";
import { unsupported } from "../values/evaluation-error.ts";
import { RulesMap, RulesMapDiff } from "../values/values.ts";
import type { RulesValue } from "../values/values.ts";
import { typeName } from "../values/type-name.ts";
import { method } from "./callable.ts";
import type { CallableTable } from "./callable.ts";

export const mapMethods: CallableTable<RulesMap> = {
  diff: method(["map"], (map: RulesMap, other) => new RulesMapDiff(map, other)),
  get: method(["string|list", "any"], (map: RulesMap, key, fallback) => {
    return typeof key === "string"
      ? (map.get(key) ?? absent(map, key, fallback))
      : getNested(map, key, fallback);
  }),
  keys: method([], (map: RulesMap) => map.keys().sort(compareUtf8)),
  size: method([], (map: RulesMap) => BigInt(map.keys().length)),
  values: method([], (map: RulesMap) => map.keys().map((key) => map.get(key) as RulesValue)),
};

/** The value at a list of keys; the fallback if a key is missing or a value on the way is not a map. */
function getNested(map: RulesMap, keys: readonly RulesValue[], fallback: RulesValue): RulesValue {
  let value: RulesValue = map;
  for (const key of keys) {
    if (typeof key !== "string")
      throw unsupported(`map.get(list<${typeName(key)}>)`, "map.get(list<string>)");
    if (!(value instanceof RulesMap)) return fallback;
    const next: RulesValue | undefined = value.get(key);
    if (next === undefined) return fallback;
    value = next;
  }
  return value;
}

/** The result for a key without a value: null if the key is present, otherwise the fallback. */
function absent(map: RulesMap, key: string, fallback: RulesValue): RulesValue {
  return map.has(key) ? null : fallback;
}
