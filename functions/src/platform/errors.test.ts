import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ERRORS } from "./errors.ts";

const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");

test("docs/errors.md lists every error with its status and meaning, and no other", () => {
  const documented = [...page.matchAll(/^\| `(\w+)` +\| (\d+) +\| (.+?) +\|$/gm)].map(
    ([, code, status, meaning]) => [code, Number(status), meaning],
  );
  const catalogue = Object.entries(ERRORS).map(([code, { status, meaning }]) => [code, status, meaning]);
  expect(documented).toEqual(catalogue);
});
