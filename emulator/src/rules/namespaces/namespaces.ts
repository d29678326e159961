import type { CallableTable } from "../types/callable.ts";
import { conversionFunctions } from "./conversions.ts";
import { hashingFunctions } from "./hashing.ts";
import { latlngFunctions } from "./latlng.ts";
import { mathFunctions } from "./math.ts";
import { durationFunctions, timestampFunctions } from "./time.ts";

/** `math.abs(…)` and the like, by the name before the dot. */
export const NAMESPACES: ReadonlyMap<string, CallableTable<undefined>> = new Map([
  ["duration", durationFunctions],
  ["hashing", hashingFunctions],
  ["latlng", latlngFunctions],
  ["math", mathFunctions],
  ["timestamp", timestampFunctions],
]);

/** Functions called by a bare name: conversions here, document access in document-access.ts. */
export const GLOBAL_FUNCTIONS: CallableTable<undefined> = conversionFunctions;
