import { functionNotFound, nullValue } from "../values/evaluation-error.ts";
import { typeName } from "../values/type-name.ts";
import type { TypeName } from "../values/type-name.ts";
import type { RulesValue } from "../values/values.ts";
import { bytesMethods } from "./bytes.ts";
import { invoke } from "./callable.ts";
import type { CallableTable } from "./callable.ts";
import { latlngMethods } from "./latlng.ts";
import { listMethods } from "./list.ts";
import { mapDiffMethods } from "./map-diff.ts";
import { mapMethods } from "./map.ts";
import { pathMethods } from "./path.ts";
import { setMethods } from "./set.ts";
import { stringMethods } from "./string.ts";
import { durationMethods, timestampMethods } from "./time.ts";

/** The methods of each type; a type not named here has none. */
const METHODS: Partial<Record<TypeName, CallableTable<never>>> = {
  bytes: bytesMethods,
  duration: durationMethods,
  latlng: latlngMethods,
  list: listMethods,
  map: mapMethods,
  map_diff: mapDiffMethods,
  path: pathMethods,
  set: setMethods,
  string: stringMethods,
  timestamp: timestampMethods,
};

/** The names of all methods of all types, for the checker. */
export const METHOD_NAMES: ReadonlySet<string> = new Set(
  Object.values(METHODS).flatMap((table) => Object.keys(table)),
);

/** `target.name(args)` for a known target. Throws `EvaluationError`. */
export function callMethod(target: RulesValue, name: string, args: readonly RulesValue[]): RulesValue {
  if (target === null) throw nullValue();
  const type = typeName(target);
  const table = METHODS[type];
  if (!table || !Object.hasOwn(table, name)) throw functionNotFound(name);
  return invoke(`${type}.${name}`, table[name] as CallableTable<RulesValue>[string], target, args);
}
