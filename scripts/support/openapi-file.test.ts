import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { OPENAPI_FILE, openApiText } from "./openapi-file.ts";

it("is what `npm run openapi` writes", async () => {
  expect(readFileSync(OPENAPI_FILE, "utf8")).toBe(await openApiText());
});
