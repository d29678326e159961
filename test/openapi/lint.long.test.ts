import { readFileSync } from "node:fs";
import spectral from "@stoplight/spectral-core";
import rulesets from "@stoplight/spectral-rulesets";
import { expect, it } from "vitest";
import { OPENAPI_FILE } from "../../scripts/support/openapi-file.ts";

/** Returns what Spectral's rules for OpenAPI say about a document. */
async function findingsOf(document: Record<string, unknown>): Promise<string[]> {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [[rulesets.oas as never, "recommended"]] });
  const findings = await linter.run(document);
  return findings.map(({ code, path, message }) => `${code} ${path.join(".")}: ${message}`);
}

it("passes Spectral's rules without a warning", async () => {
  const document = JSON.parse(readFileSync(OPENAPI_FILE, "utf8")) as Record<string, unknown>;
  expect(await findingsOf(document)).toEqual([]);
  expect(await findingsOf({ ...document, tags: [] })).toContainEqual(
    expect.stringContaining("operation-tag-defined"),
  );
});
