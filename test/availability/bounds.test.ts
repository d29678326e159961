import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDays, eachDate } from "../../functions/src/engine/dates.ts";
import type { LegacySlotBody } from "../support/client.ts";
import { openProject } from "../support/firestore.ts";
import { startInstance, type Instance } from "../support/instance.ts";
import { everyDay, MONDAY, seedShop, TUESDAY } from "../support/shop.ts";

const project = openProject("bounds");
const SHOP = "crowd";
const MECHANICS = 700;
const LAST = addDays(MONDAY, 4);

let instance: Instance;

beforeAll(async () => {
  const mechanic = { specialties: ["inspection"], weekly_schedule: everyDay("09:00-12:00") };
  const ids = Array.from({ length: MECHANICS }, (_, index) => `m${String(index).padStart(3, "0")}`);
  await seedShop(project.db, SHOP, {
    shop: { policy: { slot_interval_minutes: 5 } },
    mechanics: Object.fromEntries(ids.map((id) => [id, mechanic])),
  });
  instance = await startInstance(project);
});
afterAll(() => instance.close());

interface Range {
  readonly days: readonly { readonly date: string; readonly slots: readonly LegacySlotBody[] }[];
  readonly to_date: string;
  readonly next_from_date: string | null;
}

async function pagesOfRange(query: Readonly<Record<string, string | number>> = {}): Promise<Range[]> {
  const pages: Range[] = [];
  for (let from_date: string | null = MONDAY; from_date !== null;) {
    const asked: Record<string, string | number> = { shop_id: SHOP, from_date, to_date: LAST, ...query };
    const { status, body } = await instance.client.get<Range>("/availability", asked);
    expect(status).toBe(200);
    pages.push(body);
    from_date = body.next_from_date;
  }
  return pages;
}

const datesOf = (pages: readonly Range[]) => pages.map(({ days }) => days.map(({ date }) => date));

describe("an answer for 700 mechanics", () => {
  it.each(["MISS", "L1 or HIT"])(
    "ends a range before 2,000 mechanic-days and names the next date: %s",
    async () => {
      const pages = await pagesOfRange();
      const [monday, ...others] = eachDate(MONDAY, LAST);
      expect(datesOf(pages)).toEqual([[monday, others[0]], [others[1], others[2]], [others[3]]]);
      expect(pages.map(({ to_date }) => to_date)).toEqual([others[0], others[2], others[3]]);
      for (const { days } of pages) {
        for (const { slots } of days) expect(slots).toHaveLength(3 * MECHANICS);
      }
    },
  );

  it("answers one date of more than 20,000 slots completely and in order", async () => {
    const query = { duration_minutes: 5 };
    const { status, body } = await instance.client.availability(SHOP, MONDAY, query);
    expect(status).toBe(200);
    expect(body).toHaveLength(36 * MECHANICS);
    const keys = body.map(({ start, mechanic_id }) => `${start} ${mechanic_id}`);
    expect(keys).toEqual([...new Set(keys)].sort());
    expect(body.every(({ is_free }) => is_free)).toBe(true);
    const pages = await pagesOfRange({ ...query, to_date: TUESDAY });
    expect(datesOf(pages)).toEqual([[MONDAY], [TUESDAY]]);
    expect(pages[0]?.days[0]?.slots).toEqual(body);
  });

  it("pages free slots over all dates", async () => {
    const starts: string[] = [];
    let page_token: string | undefined;
    do {
      const query = { mechanic_id: "m650", ...(page_token !== undefined && { page_token }) };
      const { status, body } = await instance.client.slots(SHOP, MONDAY, LAST, query);
      expect(status).toBe(200);
      starts.push(...body.slots.map(({ start }) => start.slice(0, 16)));
      page_token = body.next_page_token ?? undefined;
    } while (page_token !== undefined);
    const hours = ["09:00", "10:00", "11:00"];
    expect(starts).toEqual(eachDate(MONDAY, LAST).flatMap((date) => hours.map((hour) => `${date}T${hour}`)));
  });

  it("finds the next free slot beyond the bound of one step", async () => {
    const query = { view: "first", from: MONDAY, to: LAST, service_id: "welding" };
    const { status, body } = await instance.client.get(`/v1/shops/${SHOP}/slots`, query);
    expect(status).toBe(200);
    expect(body).toMatchObject({ slot: null, next_from: null });
  });
});
