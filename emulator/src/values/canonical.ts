import { compareUtf8 } from "./compare.ts";
import type { Value } from "./value.ts";

/**
 * A string that two values share exactly when queries treat them as equal (1 and 1.0, 0 and -0, NaN and NaN). Joined
 * keys stay unambiguous.
 */
export function canonicalKey(value: Value): string {
  switch (value.kind) {
    case "null":
      return "_";
    case "boolean":
      return value.value ? "t" : "f";
    case "integer":
      return `n${value.value};`;
    case "double":
      return `n${canonicalNumber(value.value)};`;
    case "timestamp":
      return `d${value.seconds}.${value.nanos};`;
    case "string":
      return `s${value.value.length}:${value.value}`;
    case "bytes":
      return `b${Buffer.from(value.value).toString("base64")};`;
    case "reference":
      return `r${value.value.length}:${value.value}`;
    case "geoPoint":
      return `g${canonicalNumber(value.latitude)},${canonicalNumber(value.longitude)};`;
    case "array":
      return `[${value.values.map(canonicalKey).join("")}]`;
    case "map": {
      const names = [...value.fields.keys()].sort(compareUtf8);
      const entries = names.map((name) => `${name.length}:${name}${canonicalKey(value.fields.get(name)!)}`);
      return `{${entries.join("")}}`;
    }
  }
}

/** Writes a whole double like the integer of the same value, also beyond 2^53. */
function canonicalNumber(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
