import { Unknown } from "./values.ts";
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

export type TypeName =
  | "null"
  | "bool"
  | "int"
  | "float"
  | "string"
  | "bytes"
  | "list"
  | "map"
  | "set"
  | "map_diff"
  | "timestamp"
  | "duration"
  | "latlng"
  | "path"
  | "constraint";

/** The names `is` accepts: the types themselves, and `number` for int and float. */
export const TYPE_TEST_NAMES: ReadonlySet<string> = new Set([
  "bool",
  "bytes",
  "duration",
  "float",
  "int",
  "latlng",
  "list",
  "map",
  "map_diff",
  "number",
  "path",
  "set",
  "string",
  "timestamp",
]);

const PRIMITIVES: Readonly<Record<string, TypeName>> = {
  boolean: "bool",
  bigint: "int",
  number: "float",
  string: "string",
};

const CLASSES: readonly (readonly [abstract new (...args: never[]) => object, TypeName])[] = [
  [RulesMap, "map"],
  [RulesSet, "set"],
  [RulesMapDiff, "map_diff"],
  [RulesTimestamp, "timestamp"],
  [RulesDuration, "duration"],
  [RulesLatLng, "latlng"],
  [RulesPath, "path"],
  [Unknown, "constraint"],
];

/** The type name of a value in the rules language; `constraint` for a value known only by a query's filters. */
export function typeName(value: RulesValue): TypeName {
  const primitive = PRIMITIVES[typeof value];
  if (primitive) return primitive;
  if (value === null) return "null";
  if (isList(value)) return "list";
  if (value instanceof Uint8Array) return "bytes";
  const found = CLASSES.find(([type]) => value instanceof type);
  return found ? found[1] : "map";
}

/** `value is type`. */
export function isOfType(value: RulesValue, type: string): boolean {
  const name = typeName(value);
  return type === "number" ? name === "int" || name === "float" : name === type;
}
