import type { NextFunction, Request, Response } from "express";
import { expect, it, vi } from "vitest";
import { tooManyRequests } from "../errors.ts";
import { ApiError } from "./api-error.ts";
import { errorHandler } from "./error-handler.ts";

/** The headers that the error is answered with. */
function headersOf(error: unknown): Map<string, string> {
  const headers = new Map<string, string>();
  const response = {
    headersSent: false,
    set: (given: string | Record<string, string>, value = "") => {
      for (const [name, text] of Object.entries(typeof given === "string" ? { [given]: value } : given)) {
        headers.set(name.toLowerCase(), text);
      }
    },
    get: (name: string) => headers.get(name.toLowerCase()),
    status: () => ({ json: vi.fn() }),
  };
  const next: NextFunction = vi.fn();
  void errorHandler(error, {} as Request, response as unknown as Response, next);
  return headers;
}

it.each<[string, unknown, string | undefined]>([
  ["its own wait", new ApiError(tooManyRequests(42).refusal), "42"],
  ["a second for a wait of 0", new ApiError(tooManyRequests(0).refusal), "1"],
  ["a second for a wait that is none", new ApiError(tooManyRequests(Number.NaN).refusal), "1"],
  ["a second for a header of 0", ApiError.of("unavailable", undefined, { "Retry-After": "0" }), "1"],
  ["a header's seconds", ApiError.of("contention", undefined, { "Retry-After": "7" }), "7"],
  ["a second for a 503 without any", ApiError.of("unavailable"), "1"],
  ["nothing for a 404", ApiError.of("not_found"), undefined],
])("sets as Retry-After %s", (_what, error, expected) => {
  expect(headersOf(error).get("retry-after")).toBe(expected);
});
