import type { Request } from "express";
import type { z } from "zod";
import { done, invalidRequest, type FieldProblem, type Outcome } from "../errors.ts";
import { ApiError, unwrap } from "./api-error.ts";

/** The input parsed by the schema, or a refusal that names every malformed field. */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): Outcome<z.output<S>> {
  const result = schema.safeParse(input);
  return result.success ? done(result.data) : invalidRequest(...result.error.issues.flatMap(problemsOf));
}

/** The input parsed by the schema. Throws a 422 that names every malformed field. */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  return unwrap(checkInput(schema, input));
}

export function parseParams<S extends z.ZodType>(schema: S, request: Request): z.output<S> {
  return parseInput(schema, { ...request.params });
}

export function parseQuery<S extends z.ZodType>(schema: S, request: Request): z.output<S> {
  return parseInput(schema, { ...request.query });
}

/** The body parsed by the schema. A missing body is reported as missing, not as a type error. */
export function parseBody<S extends z.ZodType>(schema: S, request: Request): z.output<S> {
  if (request.body === undefined) {
    throw new ApiError(invalidRequest({ path: "body", message: "A JSON body is required." }).refusal);
  }
  return parseInput(schema, request.body);
}

function problemsOf(issue: z.core.$ZodIssue): FieldProblem[] {
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: join(path, key.slice(0, 100)), message: "Unknown name." }));
  }
  return [{ path: path || "body", message: issue.message }];
}

function join(parent: string, key: string): string {
  return parent ? `${parent}.${key}` : key;
}
