import { describe, expect, it } from "vitest";
import { ENDPOINTS, openApiDocument } from "./document.ts";

const named = ENDPOINTS.map((endpoint) => ({ name: `${endpoint.method} ${endpoint.path}`, ...endpoint }));

describe("the OpenAPI document", () => {
  it("has every endpoint once", () => {
    expect(new Set(named.map(({ name }) => name)).size).toBe(named.length);
    expect(new Set(named.map(({ id }) => id)).size).toBe(named.length);
  });

  it("describes every field and parameter of requests", () => {
    const parameters = Object.values(openApiDocument().paths ?? {}).flatMap((path) =>
      Object.values(
        path as Record<string, { parameters?: { name: string; description?: string }[] }>,
      ).flatMap((operation) => operation.parameters ?? []),
    );
    expect(parameters.length).toBeGreaterThan(50);
    expect(parameters.filter(({ description }) => !description)).toEqual([]);
  });

  it("gives Firestore's and the API's failures to every endpoint that reads", () => {
    const { paths } = openApiDocument();
    const statuses = Object.keys(paths?.["/v1/shops/{shop_id}/slots"]?.get?.responses ?? {});
    expect(statuses).toEqual(["200", "401", "403", "404", "422", "429", "500", "503"]);
  });
});

describe.each(named)("$name", ({ body, answers, query, queryExample = {} }) => {
  it.runIf(body)("has an example of a body that is valid", () => {
    expect(body?.schema.safeParse(body.example)).toMatchObject({ success: true });
  });

  it.runIf(query)("has an example of a query that is valid", () => {
    const sent = Object.fromEntries(
      Object.entries(queryExample).map(([name, value]) => [name, String(value)]),
    );
    expect(query?.safeParse(sent)).toMatchObject({ success: true });
  });

  it.each(Object.entries(answers))("has an example of its answer %s that is valid", (_status, answer) => {
    if (answer.schema) expect(answer.schema.safeParse(answer.example)).toMatchObject({ success: true });
    else expect(answer.example).toBeUndefined();
  });
});
