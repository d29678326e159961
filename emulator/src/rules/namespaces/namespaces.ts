import type { CallableTable } from "../types/callable.ts";
import { conversionFunctions } from "./conversions.ts";
import { hashingFunctions } from "./hashing.ts";
import { latlngFunctions } from "./latlng.ts";
import { mathFunctions } from "./math.ts";
import { durationFunctions, timestampFunctions } from "./time.ts";

/** Functions such as `math.abs(…)`, by the name before the dot. */
export const NAMESPACES: ReadonlyMap<string, CallableTable<undefined>> = new Map([
  ["duration", durationFunctions],
  ["hashing", hashingFunctions],
  ["latlng", latlngFunctions],
  ["math", mathFunctions],
  ["timestamp", timestampFunctions],
]);

/** Functions called by a bare name, except those that access documents (access-functions.ts). */
export const GLOBAL_FUNCTIONS: CallableTable<undefined> = conversionFunctions;
