import {
  EvaluationError,
  nullValue,
  outOfBounds,
  undefinedProperty,
  unsupported,
} from "./values/evaluation-error.ts";
import { typeName } from "./values/type-name.ts";
import { RulesMap, RulesPath, isList } from "./values/values.ts";
import type { RulesValue } from "./values/values.ts";

/** `target.name`. Throws if the target is null, not a map, or lacks the key. */
export function readMember(target: RulesValue, name: string): RulesValue {
  if (target === null) throw nullValue();
  const value = target instanceof RulesMap ? target.get(name) : undefined;
  if (value === undefined) throw undefinedProperty(name);
  return value;
}

/** `target[index]` of a map, list, string or path. Throws if there is no such member. */
export function readIndex(target: RulesValue, index: RulesValue): RulesValue {
  if (target === null) throw nullValue();
  if (target instanceof RulesMap) {
    if (typeof index !== "string") throw unsupported(`map[${typeName(index)}]`, "map[string]");
    return readMember(target, index);
  }
  const items = target instanceof RulesPath ? pathSegments(target) : target;
  if (typeof items !== "string" && !isList(items))
    throw unsupported(`${typeName(target)}[${typeName(index)}]`);
  const type = typeName(target);
  if (typeof index !== "bigint") throw unsupported(`${type}[${typeName(index)}]`, `${type}[int]`);
  if (index < 0n || index >= items.length) throw outOfBounds(index, items.length);
  return items[Number(index)] as RulesValue;
}

/**
 * `target[from:to]` of a list or string, `to` exclusive. Both `from` and the last index taken must exist, so an
 * empty slice at the very start or past the end is an error, as in production.
 */
export function readSlice(target: RulesValue, from: RulesValue, to: RulesValue): RulesValue {
  if (target === null) throw nullValue();
  if (typeof target !== "string" && !isList(target)) throw unsupported(`${typeName(target)}[int:int]`);
  if (typeof from !== "bigint" || typeof to !== "bigint") {
    throw unsupported(
      `${typeName(target)}[${typeName(from)}:${typeName(to)}]`,
      `${typeName(target)}[int:int]`,
    );
  }
  for (const index of [from, to - 1n]) {
    if (index < 0n || index >= target.length) throw outOfBounds(index, target.length);
  }
  if (from > to) throw new EvaluationError(`Illegal range error. From index: [${from}] , To index: [${to}].`);
  return target.slice(Number(from), Number(to));
}

function pathSegments(path: RulesPath): readonly RulesValue[] {
  return path.segments.map((segment) => (typeof segment === "string" ? segment : `{${segment.capture}}`));
}
