import { expect, it } from "vitest";
import { createApp, createStreamsApp } from "../../functions/src/app.ts";
import { ENDPOINTS } from "../../functions/src/openapi/document.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance } from "../support/instance.ts";
import { operationsOf } from "../support/operations.ts";

it("documents every route of the API, and nothing else", async () => {
  await using instance = await startInstance(openProject("openapi-routes"));
  const apps = [createApp(instance.context), createStreamsApp(instance.context)];
  const routed = new Set(apps.flatMap(operationsOf));
  const documented = ENDPOINTS.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  expect(documented.sort()).toEqual([...routed].sort());
});
