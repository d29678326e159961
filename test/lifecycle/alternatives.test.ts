import { describe, expect, it } from "vitest";
import { eachDate } from "../../functions/src/engine/dates.ts";
import { openProject } from "../support/firestore.ts";
import { at, CUSTOMER, everyDay, MONDAY, SUNDAY } from "../support/shop.ts";
import { openShop, token, type BookingAnswer, type Shop } from "./support.ts";

const project = openProject("alternatives");

async function ask(shop: Shop, start: string, more: object = {}): Promise<BookingAnswer> {
  const order = { service_id: "inspection", mechanic_id: "ada", start, customer: CUSTOMER, ...more };
  return (await shop.client.book(shop.id, order)).body;
}

function offered({ details }: BookingAnswer): string[] {
  return (details?.alternatives ?? []).map(
    ({ start, mechanic_id }) => `${start.slice(5, 16)} ${mechanic_id}`,
  );
}

const ada = (hours: string, more: object = {}) => ({
  ada: { specialties: ["inspection"], weekly_schedule: everyDay(hours), ...more },
});

describe("a refused booking", () => {
  it("offers the day before, where that is nearer than the day after", async () => {
    const shop = await openShop(project, "before", {
      mechanics: ada("09:00-17:00", { max_bookings_per_day: 1 }),
    });
    await shop.book("12:00");
    const answer = await ask(shop, at(MONDAY, "09:00"));
    expect(answer.error).toBe("day_full");
    expect(offered(answer)).toEqual([
      "01-18T16:30 ada",
      "01-18T16:00 ada",
      "01-18T15:30 ada",
      "01-18T15:00 ada",
      "01-18T14:30 ada",
    ]);
  });

  it("offers slots on both sides of midnight", async () => {
    const shop = await openShop(project, "midnight", { mechanics: ada("00:00-24:00") });
    await ask(shop, at(MONDAY, "00:00"));
    expect(offered(await ask(shop, at(MONDAY, "00:00")))).toEqual([
      "01-18T23:30 ada",
      "01-19T00:30 ada",
      "01-18T23:00 ada",
      "01-19T01:00 ada",
      "01-18T22:30 ada",
    ]);
  });

  it("offers slots before and after a holiday of more than a week", async () => {
    const shop = await openShop(project, "holiday", {
      mechanics: ada("09:00-10:00"),
      exceptions: [{ mechanic_id: "*", from_date: SUNDAY, to_date: "2026-01-28", effect: "unavailable" }],
    });
    const answer = await ask(shop, at("2026-01-23", "09:00"));
    expect(answer.error).toBe("outside_hours");
    expect(offered(answer)).toEqual([
      "01-17T09:30 ada",
      "01-17T09:00 ada",
      "01-29T09:00 ada",
      "01-29T09:30 ada",
      "01-16T09:30 ada",
    ]);
  });

  it("offers the first slots that are not too soon, and the last before the horizon", async () => {
    const policy = { lead_time_minutes: 24 * 60, horizon_days: 3 };
    const shop = await openShop(project, "edges", { mechanics: ada("09:00-11:00"), shop: { policy } });
    const soon = await ask(shop, at("2026-01-12", "09:00"));
    expect(soon.error).toBe("too_soon");
    expect(offered(soon)[0]).toBe("01-13T09:00 ada");
    const far = await ask(shop, at(MONDAY, "09:00"));
    expect(far.error).toBe("beyond_horizon");
    expect(offered(far)[0]).toBe("01-15T10:30 ada");
  });

  it("offers the same, however far the horizon is", async () => {
    const policy = { horizon_days: Number.MAX_SAFE_INTEGER };
    const shop = await openShop(project, "absurd", { mechanics: ada("09:00-10:00"), shop: { policy } });
    await shop.book("09:00");
    expect(offered(await ask(shop, at(MONDAY, "09:00")))[0]).toBe("01-19T09:30 ada");
  });

  it("offers nothing where no slot is free", async () => {
    const shop = await openShop(project, "nobody", {
      mechanics: ada("09:00-10:00", { weekly_schedule: {} }),
    });
    const answer = await ask(shop, at(MONDAY, "09:00"));
    expect(answer).toMatchObject({ error: "outside_hours", details: { alternatives: [] } });
  });

  it("takes one further round trip of reads where the day has no free slot", async () => {
    const shop = await openShop(project, "trips", {
      mechanics: ada("09:00-17:00"),
      exceptions: [{ mechanic_id: "*", from_date: MONDAY, to_date: "2026-01-26", effect: "unavailable" }],
    });
    for (const date of eachDate("2026-01-12", "2026-02-06")) await shop.client.availability(shop.id, date);
    const costOf = async (start: string) => {
      await project.emulator.resetUsage();
      const slots = offered(await ask(shop, start));
      const { by_method } = await project.emulator.usage();
      const calls = Object.values(by_method).reduce((sum, method) => sum + method.calls, 0);
      return { slots: slots.length, calls };
    };
    const onlyItsDay = await costOf(at("2026-01-14", "08:30"));
    expect(onlyItsDay.slots).toBe(5);
    expect(await costOf(at("2026-01-22", "09:00"))).toEqual({ slots: 5, calls: onlyItsDay.calls + 1 });
  });

  it("reads no more days than are needed", async () => {
    const shop = await openShop(project, "thrift", { mechanics: ada("09:00-17:00") });
    await shop.book("12:00");
    await shop.client.availability(shop.id, MONDAY);
    await project.emulator.resetUsage();
    expect(offered(await ask(shop, at(MONDAY, "12:00")))).toHaveLength(5);
    expect((await project.emulator.usage()).reads).toBe(4 + 2);
  });
});

describe("a refused move", () => {
  it("treats the booking's own time as free but does not offer it", async () => {
    const shop = await openShop(project, "moves", {
      mechanics: ada("09:00-12:00", { max_bookings_per_day: 2 }),
    });
    const made = await shop.book("10:00");
    await shop.book("11:00");
    const refused = await shop.move(made.booking.id, { start: at(MONDAY, "11:00") }, token(made));
    expect(refused.body.error).toBe("slot_taken");
    expect(offered(refused.body).slice(0, 4)).toEqual([
      "01-19T10:30 ada",
      "01-19T11:30 ada",
      "01-19T09:30 ada",
      "01-19T09:00 ada",
    ]);
    const moved = await shop.move(made.booking.id, { start: at(MONDAY, "10:30") }, token(made));
    expect(moved.status).toBe(200);
  });

  it("offers its own mechanic first, where others are as near", async () => {
    const both = { specialties: ["inspection"], weekly_schedule: everyDay("09:00-17:00") };
    const shop = await openShop(project, "own", { mechanics: { ada: both, grace: both } });
    const made = await shop.book("09:00", { mechanic_id: "grace" });
    await shop.book("12:00", { mechanic_id: "grace" });
    const refused = await shop.move(made.booking.id, { start: at(MONDAY, "12:00") }, token(made));
    expect(offered(refused.body)).toEqual([
      "01-19T12:00 ada",
      "01-19T11:30 grace",
      "01-19T12:30 grace",
      "01-19T11:30 ada",
      "01-19T12:30 ada",
    ]);
  });
});
