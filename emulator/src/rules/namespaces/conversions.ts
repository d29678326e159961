import { floatToInt, int64, toText } from "../values/conversions.ts";
import { EvaluationError, unsupported } from "../values/evaluation-error.ts";
import { typeName } from "../values/type-name.ts";
import { fn } from "../types/callable.ts";
import type { CallableTable } from "../types/callable.ts";
import { RulesPath } from "../values/values.ts";
import type { RulesValue } from "../values/values.ts";

/** The functions called by a bare name that access no documents. */
export const conversionFunctions: CallableTable<undefined> = {
  bool: fn(["any"], toBool),
  debug: fn(["any"], (value) => value),
  float: fn(["any"], toFloat),
  int: fn(["any"], toInt),
  path: fn(["string"], (text) => new RulesPath(text.split("/").filter((segment) => segment !== ""))),
  string: fn(["any"], toText),
};

function toBool(value: RulesValue): boolean {
  if (typeof value === "boolean") return value;
  if (value === "true") return true;
  if (value === "false") return false;
  throw typeof value === "string" ? conversion(value, "bool") : unsupported(`bool(${typeName(value)})`);
}

function toInt(value: RulesValue): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return floatToInt(Math.trunc(value));
  if (typeof value !== "string") throw unsupported(`int(${typeName(value)})`);
  if (!/^[+-]?\d+$/.test(value)) throw conversion(value, "int");
  return int64(BigInt(value.replace("+", "")));
}

function toFloat(value: RulesValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string") throw unsupported(`float(${typeName(value)})`);
  const decimal = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/.test(value.trim());
  if (!decimal) throw conversion(value, "float");
  return Number(value.trim().replace(/^[+-]NaN$/, "NaN"));
}

function conversion(value: string, type: string): EvaluationError {
  return new EvaluationError(`Conversion error. Value: [${value}], type: [${type}].`);
}
