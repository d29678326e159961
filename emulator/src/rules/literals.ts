import { unsupported } from "./values/evaluation-error.ts";
import { typeName } from "./values/type-name.ts";
import { RulesMap, RulesPath } from "./values/values.ts";
import type { RulesValue } from "./values/values.ts";

/** The map of a literal, from its alternating keys and values; a repeated key keeps its first position and last value. */
export function mapLiteral(flat: readonly RulesValue[]): RulesMap {
  const entries = new Map<string, RulesValue>();
  for (let i = 0; i < flat.length; i += 2) {
    const key = flat[i] as RulesValue;
    if (typeof key !== "string") throw unsupported(`map key ${typeName(key)}`, "map key string");
    entries.set(key, flat[i + 1] as RulesValue);
  }
  return new RulesMap(entries);
}

/** The segments `$(value)` adds to a path: a string, or all segments of another path. */
export function segmentParts(value: RulesValue): readonly (string | { readonly capture: string })[] {
  if (value instanceof RulesPath) return value.segments;
  if (typeof value === "string" && value !== "") return [value];
  throw unsupported(`path segment ${typeName(value)}`, "path segment string");
}
