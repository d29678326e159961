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
      ...(params && { path: described(params, (name) => endpoint.paramsExample?.[name] ?? exampleOf(name)) }),
      ...(query && {
        query: described(query, (name) =>
          endpoint.queryExample ? endpoint.queryExample[name] : exampleOf(name),
        ),
      }),
      header: described(headersOf(endpoint), exampleOf),
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
function headersOf({ headers, etag, ifMatch, method }: Endpoint): z.ZodObject {
  const own = headers?.shape ?? {};
  const name = method === "get" ? "if-none-match" : "if-match";
  const condition = etag === "required" ? z.string() : z.string().optional();
  return z.object({ ...own, ...((etag ?? ifMatch) && { [name]: condition }) });
}

/** Describes parameters by their names, in the form that the standards spell them. */
function described(parameters: z.ZodObject, example: (name: string) => unknown): z.ZodObject {
  const entries = Object.entries(parameters.shape as Record<string, z.ZodType>).map(([key, schema]) => {
    const name = spelled(key);
    const description = GLOSSARY[name]?.means;
    const shown = example(name);
    return [
      name,
      schema.meta({ param: { description, ...(shown !== undefined && { example: shown }) } }),
    ] as const;
  });
  return z.object(Object.fromEntries(entries));
}

/** The glossary's example of a parameter. */
function exampleOf(name: string): unknown {
  const example = GLOSSARY[name]?.example;
  if (example === undefined) throw new Error(`the glossary has no example of the parameter ${name}`);
  return example;
}

/** Spells a header as the glossary does; Node gives them in lower case. */
function spelled(name: string): string {
  return Object.keys(GLOSSARY).find((term) => term.toLowerCase() === name) ?? name;
}
