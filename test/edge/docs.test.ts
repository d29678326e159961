import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { root } from "../../scripts/support/root.mjs";
import { joinSuite } from "../support/suite.ts";

let site: string;

beforeAll(async () => {
  ({ site } = await joinSuite());
});

it("serves the API's description, for every origin and an hour", async () => {
  const answer = await fetch(`${site}/openapi.json`);
  expect(await answer.text()).toBe(readFileSync(join(root, "docs/openapi.json"), "utf8"));
  expect(answer.headers.get("content-type")).toBe("application/json; charset=utf-8");
  expect(answer.headers.get("cache-control")).toBe("public, max-age=3600");
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
});

it("serves a page that shows it, which loads and calls nothing from elsewhere", async () => {
  const answer = await fetch(`${site}/docs`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=3600");
  const policy = answer.headers.get("content-security-policy") ?? "";
  expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const page = await answer.text();
  const files = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  expect(files).toEqual(["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js"]);
  for (const file of files) {
    const { status, headers } = await fetch(`${site}${file}`);
    expect([file, status, headers.get("content-type")]).toEqual([
      file,
      200,
      expect.stringMatching(/^(?:text\/css|application\/javascript)/),
    ]);
  }
});
