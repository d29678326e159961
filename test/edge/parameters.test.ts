import { expect, it } from "vitest";
import { Client } from "../support/client.ts";
import { joinSuite } from "../support/suite.ts";
import { admin } from "../support/token.ts";

it("takes RATE_LIMITS from the environment of npm start", async () => {
  const { site } = await joinSuite();
  const { body } = await new Client(site).get("/v1/diagnostics/request", {}, admin("default"));
  // The suite of these tests is started with RATE_LIMITS=off.
  expect(body).toMatchObject({ limits: { enabled: false } });
});
