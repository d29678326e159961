import { EvaluationError } from "../values/evaluation-error.ts";
import { fn } from "../types/callable.ts";
import type { CallableTable } from "../types/callable.ts";
import { RulesLatLng } from "../values/values.ts";

export const latlngFunctions: CallableTable<undefined> = {
  value: fn(["int|float", "int|float"], (latitude, longitude) => {
    const at = new RulesLatLng(Number(latitude), Number(longitude));
    const valid = Math.abs(at.latitude) <= 90 && Math.abs(at.longitude) <= 180;
    if (!valid) throw new EvaluationError(`Invalid latitude or longitude [${at.latitude}, ${at.longitude}].`);
    return at;
  }),
};
