import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { LOCAL_PROJECT } from "../../scripts/support/local-project.ts";
import { joinSuite, type RunningSuite } from "../support/suite.ts";
import { waitFor } from "../support/wait-for.ts";

const SHOP = "edge-demo-data";
const run = promisify(execFile);

describe("npm run demo-data beside the running suite", () => {
  let suite: RunningSuite;

  beforeAll(async () => {
    suite = await joinSuite();
    const flags = ["--shop", SHOP, "--mechanics", "5", "--days", "5", "--bookings-per-day", "3"];
    // FIRESTORE_EMULATOR_HOST is the suite's.
    await run(process.execPath, ["scripts/run.mjs", "demo-data", ...flags]);
  });

  it("raises no events for the documents it writes, and leaves triggers on", async () => {
    const shop = suite.db.doc(`shops/${SHOP}`);
    const version = async () => (await shop.get()).get("catalog_version") as number;
    const loaded = await version();
    await shop.collection("services").doc("oil_change").update({ buffer_after_minutes: 25 });
    await waitFor(async () => (await version()) > loaded, { what: "the trigger", timeoutMs: 30_000 });
    expect(await version()).toBe(loaded + 1);
  });

  it("leaves the scheduled jobs where the README calls them", async () => {
    const url = `http://${suite.functionsHost}/functions/projects/${LOCAL_PROJECT}/triggers/us-central1-sweepholds-0`;
    expect((await fetch(url, { method: "POST" })).status).toBe(200);
  });
});
