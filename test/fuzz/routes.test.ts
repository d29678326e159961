import type { Express } from "express";
import { expect, it } from "vitest";
import { createApp } from "../../functions/src/app.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance } from "../support/instance.ts";
import { FUZZED_ROUTES } from "./routes.ts";

interface Layer {
  readonly route?: { readonly path: string | string[] };
  readonly handle: { readonly stack?: readonly Layer[] };
}

/** The paths of every route, those of nested routers too. */
function pathsOf(stack: readonly Layer[]): string[] {
  return stack.flatMap(({ route, handle }) => (route ? [route.path].flat() : pathsOf(handle.stack ?? [])));
}

it("fuzzes every route of the API", async () => {
  await using instance = await startInstance(openProject("fuzz-routes"));
  const app: Express = createApp(instance.context);
  const paths = pathsOf(app.router.stack as unknown as Layer[]);
  expect(paths.length).toBeGreaterThan(10);
  const named = paths.map((path) => path.replace(/(?<!\\):(\w+)/g, "{$1}").replaceAll("\\", ""));
  const fuzzed = new Set(FUZZED_ROUTES.map(({ path }) => path));
  expect([...new Set(named)].filter((path) => !fuzzed.has(path))).toEqual([]);
});
