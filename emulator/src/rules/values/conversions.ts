import { EvaluationError, unsupported } from "./evaluation-error.ts";
import { typeName } from "./type-name.ts";
import { RulesPath } from "./values.ts";
import type { RulesValue } from "./values.ts";

const INT64_MIN = -(1n << 63n);
const INT64_MAX = (1n << 63n) - 1n;

/** Returns the value if it is an int64. Throws on an overflow. */
export function int64(value: bigint): bigint {
  if (value < INT64_MIN || value > INT64_MAX) throw new EvaluationError("Integer overflow error.");
  return value;
}

/** Converts a whole float to an int. Throws for NaN, infinities and values outside int64. */
export function floatToInt(value: number): bigint {
  if (!Number.isFinite(value)) throw new EvaluationError(`Conversion error. Value: [${value}], type: [int].`);
  return int64(BigInt(value));
}

/** `string(value)` for scalars and paths; a float always has a fraction (`2.0`, `1.0E8`). */
export function toText(value: RulesValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number") return floatText(value);
  if (value === null) return "null";
  if (value instanceof RulesPath) return value.toString();
  throw unsupported(`string(${typeName(value)})`);
}

/** Formats a float as production does: plain notation from 1E-3 up to 1E7, otherwise scientific. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  if (size >= 1e-3 && size < 1e7) return Number.isInteger(value) ? `${value}.0` : String(value);
  const [mantissa, exponent] = value.toExponential().split("e") as [string, string];
  return `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}
