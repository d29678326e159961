import { expect, it } from "vitest";
import { createApp } from "../../functions/src/app.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance } from "../support/instance.ts";
import { operationsOf } from "../support/operations.ts";
import { FUZZED_ROUTES } from "./routes.ts";

it("fuzzes every route of the API", async () => {
  await using instance = await startInstance(openProject("fuzz-routes"));
  const operations = operationsOf(createApp(instance.context));
  expect(operations.length).toBeGreaterThan(20);
  const fuzzed = new Set(FUZZED_ROUTES.map(({ method, path }) => `${method} ${path}`));
  expect(operations.filter((operation) => !fuzzed.has(operation))).toEqual([]);
});
