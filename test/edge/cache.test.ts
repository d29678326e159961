import { EmulatorClient } from "@slotbay/firestore-emulator";
import { beforeAll, describe, expect, it } from "vitest";
import { addDays } from "../../functions/src/engine/dates.ts";
import { millis, toMinutes } from "../../functions/src/engine/units.ts";
import { dateOf } from "../../functions/src/engine/zone.ts";
import { LOCAL_PROJECT } from "../../scripts/support/local-project.ts";
import { Client } from "../support/client.ts";
import { joinSuite } from "../support/suite.ts";
import { ZONE } from "../support/shop.ts";
import { admin } from "../support/token.ts";

/** A date of the demo shop that nothing else in the suite asks for. */
const DATE = addDays(dateOf(ZONE, toMinutes(millis(Date.now()))), 40);

// Hosting adds `no-cache` to every request that it forwards.
describe("the cache behind Hosting", () => {
  let client: Client;
  let meter: EmulatorClient;

  beforeAll(async () => {
    client = new Client((await joinSuite()).site);
    meter = new EmulatorClient(process.env.FIRESTORE_EMULATOR_HOST ?? "", LOCAL_PROJECT);
  });

  async function asked(query: Record<string, string> = {}, headers = {}) {
    await meter.resetUsage();
    const answer = await client.availability("default", DATE, query, headers);
    const { reads, writes } = await meter.usage();
    return { status: answer.status, cache: answer.headers.get("x-cache"), reads, writes };
  }

  it("answers the second request from level 1 or from Firestore, for 0 or 2 reads", async () => {
    expect(await asked()).toMatchObject({ status: 200, cache: "MISS" });
    const second = await asked();
    expect(["L1", "HIT"]).toContain(second.cache);
    expect(second).toMatchObject({ status: 200, reads: second.cache === "L1" ? 0 : 2, writes: 0 });
  });

  it("is bypassed for fresh=true of an admin, and of nobody else", async () => {
    expect(await asked({ fresh: "true" })).toMatchObject({ status: 403, reads: 0 });
    expect(await asked({ fresh: "true" }, admin("default"))).toMatchObject({
      status: 200,
      cache: "BYPASS",
    });
  });
});
