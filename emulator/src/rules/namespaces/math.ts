import { floatToInt, int64 } from "../values/conversions.ts";
import { fn } from "../types/callable.ts";
import type { CallableTable } from "../types/callable.ts";

export const mathFunctions: CallableTable<undefined> = {
  abs: fn(["int|float"], (x) => (typeof x === "bigint" ? int64(x < 0n ? -x : x) : Math.abs(x))),
  ceil: fn(["int|float"], (x) => roundWith(Math.ceil, x)),
  floor: fn(["int|float"], (x) => roundWith(Math.floor, x)),
  isInfinite: fn(["int|float"], (x) => Math.abs(Number(x)) === Infinity),
  isNaN: fn(["int|float"], (x) => Number.isNaN(Number(x))),
  pow: fn(["int|float", "int|float"], (base, exponent) => Number(base) ** Number(exponent)),
  round: fn(["int|float"], (x) => roundWith(Math.round, x)),
  sqrt: fn(["int|float"], (x) => Math.sqrt(Number(x))),
};

function roundWith(round: (x: number) => number, x: bigint | number): bigint {
  return typeof x === "bigint" ? x : floatToInt(round(x));
}
