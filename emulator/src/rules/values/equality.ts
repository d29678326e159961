import { compareUtf8 } from "../../values/compare.ts";
import { unsupported } from "./evaluation-error.ts";
import { typeName } from "./type-name.ts";
import {
  RulesDuration,
  RulesLatLng,
  RulesMap,
  RulesMapDiff,
  RulesPath,
  RulesSet,
  RulesTimestamp,
  isList,
} from "./values.ts";
import type { RulesValue } from "./values.ts";

type Same = (a: RulesValue, b: RulesValue) => boolean;

/** `a == b`: int and float compare by value, values of other different types are never equal. */
export function valuesEqual(a: RulesValue, b: RulesValue): boolean {
  if (isNumeric(a) && isNumeric(b)) return sameNumber(a, b);
  return sameStructure(a, b, valuesEqual);
}

/** Whether two members of a list or set are the same: like `==`, but an int is never the same as a float. */
export function sameMember(a: RulesValue, b: RulesValue): boolean {
  if (isNumeric(a) && isNumeric(b)) return a === b;
  return sameStructure(a, b, sameMember);
}

/** The set of the values, in the order of their first occurrences. */
export function distinct(values: readonly RulesValue[]): RulesSet {
  const kept: RulesValue[] = [];
  for (const value of values) if (!includes(kept, value)) kept.push(value);
  return new RulesSet(kept);
}

export function includes(values: readonly RulesValue[], member: RulesValue): boolean {
  return values.some((value) => sameMember(value, member));
}

/** Compares two values: negative, zero or positive, or NaN if one is NaN. Throws for types without an order. */
export function compareOrdered(a: RulesValue, b: RulesValue, operator: string): number {
  if (isNumeric(a) && isNumeric(b)) return a < b ? -1 : a > b ? 1 : sameNumber(a, b) ? 0 : NaN;
  if (typeof a === "string" && typeof b === "string") return compareUtf8(a, b);
  const comparable =
    (a instanceof RulesTimestamp && b instanceof RulesTimestamp) ||
    (a instanceof RulesDuration && b instanceof RulesDuration);
  if (comparable) return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0;
  throw unsupported(`${typeName(a)} ${operator} ${typeName(b)}`);
}

/** Compares int and float exactly; NaN equals nothing. */
function sameNumber(a: bigint | number, b: bigint | number): boolean {
  return a <= b && a >= b;
}

export function isNumeric(value: RulesValue): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

function sameStructure(a: RulesValue, b: RulesValue, same: Same): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (isList(a))
    return isList(b) && a.length === b.length && a.every((item, i) => same(item, b[i] as RulesValue));
  if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  if (a instanceof RulesMap) return b instanceof RulesMap && sameMaps(a, b, same);
  if (a instanceof RulesSet) return b instanceof RulesSet && sameSets(a, b);
  if (a instanceof RulesTimestamp) return b instanceof RulesTimestamp && a.nanos === b.nanos;
  if (a instanceof RulesDuration) return b instanceof RulesDuration && a.nanos === b.nanos;
  if (a instanceof RulesPath) return b instanceof RulesPath && a.toString() === b.toString();
  if (a instanceof RulesLatLng) {
    return b instanceof RulesLatLng && a.latitude === b.latitude && a.longitude === b.longitude;
  }
  if (a instanceof RulesMapDiff) {
    return b instanceof RulesMapDiff && same(a.after, b.after) && same(a.before, b.before);
  }
  return false;
}

function sameMaps(a: RulesMap, b: RulesMap, same: Same): boolean {
  const keys = a.keys();
  if (keys.length !== b.keys().length) return false;
  return keys.every((key) => {
    const other = b.get(key);
    return other !== undefined && same(a.get(key) as RulesValue, other);
  });
}

function sameSets(a: RulesSet, b: RulesSet): boolean {
  return a.values.length === b.values.length && a.values.every((value) => includes(b.values, value));
}
