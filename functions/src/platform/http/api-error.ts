import { ERRORS, refuse, type ErrorCode, type Outcome, type Refusal } from "../errors.ts";

/** A refusal as an exception: thrown by routes and middleware, answered by the error handler. */
export class ApiError extends Error {
  constructor(
    readonly refusal: Refusal,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(refusal.message);
    this.name = "ApiError";
  }

  static of(error: ErrorCode, message?: string, headers?: Record<string, string>): ApiError {
    return new ApiError(refuse(error, message).refusal, headers);
  }

  get status(): number {
    return ERRORS[this.refusal.error].status;
  }
}

/** The value of an outcome. Throws a refusal, for the error handler to answer. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new ApiError(outcome.refusal);
  return outcome.value;
}
