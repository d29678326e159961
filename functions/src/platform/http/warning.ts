import type { ChangeOutcome, Warning } from "../errors.ts";
import { ApiError } from "./api-error.ts";

/** A warning as an exception: thrown by routes, answered by the error handler with 409. */
export class ApiWarning extends Error {
  constructor(readonly warning: Warning) {
    super(warning.message);
    this.name = "ApiWarning";
  }
}

/** The value of the outcome. Throws a refusal or a warning, for the error handler to answer. */
export function unwrapChange<T>(outcome: ChangeOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw "warning" in outcome ? new ApiWarning(outcome.warning) : new ApiError(outcome.refusal);
}
