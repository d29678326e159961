import { z } from "zod";
import type { ZodOpenApiResponsesObject } from "zod-openapi";
import type { ErrorCode } from "../platform/errors.ts";
import type { DocumentedAnswer, Endpoint } from "./endpoint.ts";
import { errorResponses } from "./error-answers.ts";
import { headerFields } from "./header-fields.ts";

/** Returns every answer of an endpoint by its status, errors included. */
export function answersOf(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const { etag, method, answers, answerHeaders = {}, warnings = [] } = endpoint;
  const named = { ...(etag && { ETag: z.string() }), ...answerHeaders };
  const headers = Object.keys(named).length > 0 ? { headers: headerFields(named) } : {};
  const unchanged = { 304: { description: "The client has it already.", ...headers } };
  return {
    ...Object.fromEntries(
      Object.entries(answers).map(([status, answer]) => [status, { ...contentOf(answer), ...headers }]),
    ),
    ...(etag && method === "get" && unchanged),
    ...errorResponses(errorsOf(endpoint), warnings),
  };
}

function contentOf({ description, schema, type, example }: DocumentedAnswer) {
  if (!schema) return { description };
  const content = { schema, ...(example !== undefined && { example }) };
  return { description, content: { [type ?? "application/json"]: content } };
}

/** The errors of an endpoint: its own, and those that follow from what it takes and whom it serves. */
function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const { method, callers, params, query, headers, body, etag, ifMatch, isUnlimited } = endpoint;
  const refusals = new Set(Object.values(callers));
  const errors: readonly (readonly [boolean, readonly ErrorCode[]])[] = [
    [true, endpoint.errors ?? []],
    [(params ?? query ?? headers ?? body) !== undefined, ["invalid_request"]],
    [body !== undefined, ["invalid_json", "payload_too_large", "unsupported_encoding"]],
    [params !== undefined || refusals.has(404), ["not_found"]],
    [refusals.has(401), ["unauthenticated"]],
    [refusals.has(403), ["forbidden"]],
    [(etag ?? ifMatch) !== undefined && method !== "get", ["precondition_failed"]],
    [etag === "required", ["precondition_required"]],
    [isUnlimited !== true, ["rate_limited", "unavailable", "shop_misconfigured"]],
    [true, ["internal"]],
  ];
  return [...new Set(errors.flatMap(([applies, codes]) => (applies ? codes : [])))];
}
