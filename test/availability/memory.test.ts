import { afterAll, beforeAll, expect, it } from "vitest";
import { startChild } from "../support/child.ts";
import { openProject } from "../support/firestore.ts";
import { everyDay, MONDAY, seedShop } from "../support/shop.ts";

const project = openProject("memory");
const MECHANICS = 1_000;
const BOOKED = 4;
const MEGABYTE = 1024 * 1024;

beforeAll(async () => {
  await seedShop(project.db, "small");
  await seedShop(project.db, "large", { mechanics: {} });
  const writer = project.db.bulkWriter({ throttling: false });
  const shop = project.db.doc("shops/large");
  const firstHour = Date.parse(`${MONDAY}T14:00:00Z`) / 60_000;
  for (let index = 0; index < MECHANICS; index += 1) {
    const id = `mechanic_${index}`;
    const weekly_schedule = everyDay("09:00-12:00", "13:00-17:00");
    void writer.set(shop.collection("mechanics").doc(id), {
      active: true,
      specialties: ["inspection"],
      weekly_schedule,
    });
    const entries = Array.from({ length: BOOKED }, (_, hour) => {
      const start = firstHour + hour * 60;
      return { kind: "booking", id: `b${index}_${hour}`, start, end: start + 60, expires_at: null };
    });
    void writer.set(shop.collection("ledger").doc(`${id}_${MONDAY}`), {
      mechanic_id: id,
      date: MONDAY,
      entries,
    });
  }
  await writer.close();
}, 60_000);

let stop: () => unknown = () => undefined;
afterAll(() => stop());

it.runIf(process.platform === "linux")(
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
    stop = child.stop;
    const { transient, bytes } = JSON.parse(child.match[1] ?? "") as { transient: number; bytes: number };
    process.stdout.write(`1,000 mechanics' cold day: ${(transient / MEGABYTE).toFixed(1)} MB at its peak\n`);
    // Seven slots each: the answer alone is more than half a megabyte, so something was measured.
    expect(bytes).toBeGreaterThan(MECHANICS * 7 * 80);
    expect(transient).toBeLessThan(50 * MEGABYTE);
    expect((await project.db.doc(`shops/large/availability/${MONDAY}`).get()).exists).toBe(true);
  },
);
