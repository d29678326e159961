import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDays, eachDate } from "../../functions/src/engine/dates.ts";
import { initializeApp, deleteApp, type App } from "firebase-admin/app";
import { getFirestore } from "firebase-admin/firestore";
import { startApi, startEmulator, type ApiProcess, type EmulatorProcess } from "../support/servers.ts";
import { seedShop } from "../support/shop.ts";
import { MECHANICS, seedLargeShop } from "./support/large-shop.ts";
import { INSTANCE_HEAP } from "../../scripts/support/instance-heap.ts";
import { excessOf, walkRange } from "./support/ten-at-a-time.ts";

const MEGABYTE = 1024 * 1024;
const DAYS = 62;
const PROJECT = "demo-memory-long";

describe.runIf(process.platform === "linux")("ten clients of a shop of 1,000 mechanics", () => {
  let emulator: EmulatorProcess;
  let api: ApiProcess;
  let app: App;

  beforeAll(async () => {
    emulator = await startEmulator();
    process.env.FIRESTORE_EMULATOR_HOST = emulator.host;
    app = initializeApp({ projectId: PROJECT }, PROJECT);
    const db = getFirestore(app);
    await seedShop(db, "small");
    await seedLargeShop(db, "large");
    api = await startApi({ env: { GCLOUD_PROJECT: PROJECT, NODE_OPTIONS: INSTANCE_HEAP } });
  }, 120_000);
  afterAll(async () => {
    await api?.stop();
    if (app) await deleteApp(app);
    await emulator?.stop();
  });

  it("get every slot of 62 days, page by page, with the process at most 200 MB above idle", async () => {
    const { excess, results } = await excessOf(api, "small", async (client, from) => ({
      from,
      walk: await walkRange(client, "large", from, DAYS),
    }));
    process.stdout.write(`ten walks of ${DAYS} days: ${(excess / MEGABYTE).toFixed(1)} MB above idle\n`);
    expect(excess).toBeLessThan(200 * MEGABYTE);
    for (const { from, walk } of results) {
      expect(walk.dates).toEqual(eachDate(from, addDays(from, DAYS - 1)));
      expect(walk.slots).toBe(DAYS * 7 * MECHANICS);
      expect(walk.largestPage).toBeLessThanOrEqual(20_000);
    }
  });
});
