import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { answersOf } from "./answers.ts";
import type { Endpoint } from "./endpoint.ts";
import { GLOSSARY } from "./glossary.ts";

/** Returns the operation that documents an endpoint. */
export function operationOf(endpoint: Endpoint): ZodOpenApiOperationObject {
  const { id, tag, summary, description, callers, query, params, body } = endpoint;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: description ?? `${summary}.`,
    security: securityOf(endpoint),
    "x-callers": callers,
    requestParams: {
      ...(params && { path: described(params) }),
      ...(query && { query: described(query, endpoint.queryExample) }),
      header: described(headersOf(endpoint)),
    },
    ...(body && {
      requestBody: {
        required: body.isOptional !== true,
        content: { "application/json": { schema: body.schema, example: body.example } },
      },
    }),
    responses: answersOf(endpoint),
  };
}

function securityOf({ callers, manageToken }: Endpoint): Record<string, string[]>[] {
  const bearer = [{ bearer: [] }];
  if (callers.guest === "allowed") return [...bearer, {}];
  return manageToken ? [...bearer, { manageToken: [] }] : bearer;
}

/** The headers that the request may have, those of its kind included. */
function headersOf({ headers, etag, method }: Endpoint): z.ZodObject {
  const own = headers?.shape ?? {};
  const name = method === "get" ? "if-none-match" : "if-match";
  const condition = etag === "required" ? z.string() : z.string().optional();
  return z.object({ ...own, ...(etag && { [name]: condition }) });
}

/** Describes parameters by their names, in the form that the standards spell them. */
function described(parameters: z.ZodObject, examples?: Readonly<Record<string, unknown>>): z.ZodObject {
  const entries = Object.entries(parameters.shape as Record<string, z.ZodType>).map(([key, schema]) => {
    const name = spelled(key);
    const term = GLOSSARY[name];
    if (term?.example === undefined) throw new Error(`the glossary has no example of the parameter ${name}`);
    const example = examples ? examples[key] : term.example;
    return [
      name,
      schema.meta({ param: { description: term.means, ...(example !== undefined && { example }) } }),
    ] as const;
  });
  return z.object(Object.fromEntries(entries));
}

/** Spells a header as the glossary does; Node gives them in lower case. */
function spelled(name: string): string {
  return Object.keys(GLOSSARY).find((term) => term.toLowerCase() === name) ?? name;
}
