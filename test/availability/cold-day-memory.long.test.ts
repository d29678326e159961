import { afterAll, beforeAll, expect, it } from "vitest";
import { startChild } from "../support/child.ts";
import { openProject } from "../support/firestore.ts";
import { startApi } from "../support/servers.ts";
import { MONDAY, seedShop } from "../support/shop.ts";
import { INSTANCE_HEAP } from "../../scripts/support/instance-heap.ts";
import { MECHANICS, seedLargeShop } from "./support/large-shop.ts";
import { excessOf } from "./support/ten-at-a-time.ts";

const project = openProject("memory");
const MEGABYTE = 1024 * 1024;
const isLinux = process.platform === "linux";

beforeAll(async () => {
  await seedShop(project.db, "small");
  await seedLargeShop(project.db, "large");
}, 60_000);

const stops: (() => unknown)[] = [];
afterAll(() => Promise.all(stops.map((stop) => stop())));

it.runIf(isLinux)(
  "generates, answers and stores a cold day of 1,000 mechanics in less than 50 MB",
  async () => {
    const child = await startChild({
      args: [
        "--expose-gc",
        "--import",
        "tsx",
        "test/availability/support/cold-day.ts",
        project.id,
        "large",
        "small",
        MONDAY,
      ],
      ready: /measured (\{.*\})/,
    });
    stops.push(child.stop);
    const { transient, bytes } = JSON.parse(child.match[1] ?? "") as { transient: number; bytes: number };
    process.stdout.write(`1,000 mechanics' cold day: ${(transient / MEGABYTE).toFixed(1)} MB at its peak\n`);
    // Seven slots each: the answer alone is more than half a megabyte, so something was measured.
    expect(bytes).toBeGreaterThan(MECHANICS * 7 * 80);
    expect(transient).toBeLessThan(50 * MEGABYTE);
    expect((await project.db.doc(`shops/large/availability/${MONDAY}`).get()).exists).toBe(true);
  },
);

it.runIf(isLinux)(
  "takes the process at most 200 MB above idle for ten cold dates of 74,000 slots each at a time",
  async () => {
    const api = await startApi({ env: { GCLOUD_PROJECT: project.id, NODE_OPTIONS: INSTANCE_HEAP } });
    stops.push(api.stop);
    const query = { service_id: "inspection" };
    const { excess, results } = await excessOf(api, "small", async (client, from) => {
      const { status, body } = await client.availability("large", from, query);
      return { status, slots: body.length };
    });
    process.stdout.write(`ten dates of 74,000 slots: ${(excess / MEGABYTE).toFixed(1)} MB above idle\n`);
    expect(excess).toBeLessThan(200 * MEGABYTE);
    for (const result of results) expect(result).toEqual({ status: 200, slots: 74 * MECHANICS });
  },
  120_000,
);
