import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSlotId } from "../availability/answers/slot-id.ts";
import type { DayContent } from "../availability/day/day-content.ts";
import type { Millis } from "../engine/units.ts";
import type { MechanicOfDay } from "../availability/day/day.ts";
import type { AnswerRequest } from "../availability/generation/availability-service.ts";
import { addDays, eachDate } from "../engine/dates.ts";
import { openIntervals } from "../engine/open-time.ts";
import type { PlainDate } from "../engine/types.ts";
import type { Minutes } from "../engine/units.ts";
import { dateOf, dayBounds } from "../engine/zone.ts";
import { done, refuse, type ErrorCode } from "../platform/errors.ts";
import { Cost } from "../platform/scope.ts";
import {
  distanceBeyond,
  nearestOf,
  withAlternatives,
  withoutReservation,
  type MovingReservation,
} from "./alternatives.ts";
import { locateSlot } from "./resolve-slot.ts";
import { buildService, buildShop, everyDay, millisAt, minuteAt, minutes } from "./testing/builders.ts";

const NOW = millisAt("2026-01-19T08:00");
const TODAY = "2026-01-19";
const DATE = "2026-01-21";
const TEN = minuteAt("2026-01-21T10:00");
const service = buildService();
const shop = buildShop({ slot_interval_minutes: 60 });
const resolved = locateSlot(shop, service, TEN, 60);

const busyAt = (start: Minutes, length = 60) => ({
  start,
  end: minutes(start + length),
  expires_at: null,
  location_id: null,
});

function openOn(date: PlainDate, more: Partial<MechanicOfDay> = {}): MechanicOfDay {
  const weeklySchedule = everyDay("09:00", "17:00");
  const open = openIntervals({ zone: "UTC", date, weeklySchedule, exceptions: [] });
  return {
    specialties: ["repair"],
    open,
    busy: [],
    booked: 0,
    held_until: [],
    max_bookings_per_day: null,
    ...more,
  };
}

/** An availability service that knows the given days, and records what it was asked. */
function availabilityOf(
  known: Readonly<Record<PlainDate, Readonly<Record<string, MechanicOfDay>>>>,
  of = shop,
) {
  const asked: AnswerRequest[] = [];
  const daysForAnswer = (ask: AnswerRequest) => {
    asked.push(ask);
    const found = ask.dates.map((date): [PlainDate, DayContent] => [
      date,
      { kind: "generated", mechanics: known[date] ?? {} },
    ]);
    const rest = { source: "HIT", timing: {} } as const;
    return Promise.resolve(done({ shop: of, days: new Map(found), ...rest }));
  };
  return { asked, daysForAnswer };
}

/** The slots that a refusal offers, as `mechanic start`; undefined when it offers no list at all. */
async function offered(
  availability: Parameters<typeof withAlternatives>[0],
  more: { moving?: MovingReservation; mechanicId?: string; of?: typeof resolved; now?: Millis } = {},
): Promise<string[] | undefined> {
  const { moving, mechanicId = null, of = resolved, now = NOW } = more;
  const refusal = refuse("slot_taken").refusal;
  const refused = { refusal, resolved: of, ...(moving && { moving }) };
  const outcome = await withAlternatives(availability, refused, mechanicId, { now, cost: new Cost() });
  if (outcome.ok) return undefined;
  const details = outcome.refusal.details as { alternatives: { mechanic_id: string; start: string }[] };
  return details.alternatives.map(({ mechanic_id, start }) => `${mechanic_id} ${start.slice(5, 16)}`);
}

describe("nearestOf", () => {
  const slot = fc
    .record({ offset: fc.integer({ min: -6, max: 6 }), mechanicId: fc.constantFrom("ada", "bob", "cyd") })
    .map(({ offset, mechanicId }) => {
      const start = minutes(TEN + offset * 15);
      return { start, end: minutes(start + 60), location_id: null, mechanicId };
    });

  it("returns the first five of all slots in order of distance, preferred mechanic and time", () => {
    fc.assert(
      fc.property(
        fc.array(slot, { maxLength: 12 }),
        fc.constantFrom("ada", undefined),
        (slots, mechanicId) => {
          const key = (one: (typeof slots)[number]) => [
            Math.max(one.start - TEN, TEN - one.start),
            one.mechanicId === mechanicId ? 0 : 1,
            one.start,
          ];
          const isBefore = (a: number[], b: number[]) => {
            const differing = a.findIndex((value, index) => value !== b[index]);
            return differing !== -1 && a[differing]! < b[differing]!;
          };
          // A slot's rank is the number of slots that come before it; equal slots keep their order.
          const rank = (one: (typeof slots)[number], index: number) =>
            slots.filter((other, at) => {
              const [mine, theirs] = [key(one), key(other)];
              return isBefore(theirs, mine) || (!isBefore(mine, theirs) && at < index);
            }).length;
          const expected: typeof slots = [];
          slots.forEach((one, index) => {
            const place = rank(one, index);
            if (place < 5) expected[place] = one;
          });
          expect(nearestOf(slots, { resolved, moving: undefined, mechanicId })).toEqual(expected);
        },
      ),
    );
  });
});

describe("distanceBeyond", () => {
  const zoneAndDate = fc.constantFrom(
    { zone: "UTC", date: "2026-01-21" },
    { zone: "America/New_York", date: "2026-03-08" },
    { zone: "Australia/Lord_Howe", date: "2026-10-04" },
  );

  it("is a minute short of the nearest unsearched start before, and is exact after", () => {
    const searched = fc.record({
      place: zoneAndDate,
      back: fc.nat(2),
      ahead: fc.nat(2),
      today: fc.nat(3),
      horizon: fc.option(fc.nat(3)),
      hour: fc.integer({ min: 0, max: 22 }),
    });
    fc.assert(
      fc.property(searched, ({ place: { zone, date }, back, ahead, today, horizon, hour }) => {
        const bookable = {
          first: addDays(date, -today),
          last: horizon === null ? null : addDays(date, horizon),
        };
        const first = addDays(date, -Math.min(back, today));
        const last = addDays(date, horizon === null ? ahead : Math.min(ahead, horizon));
        const start = minutes(dayBounds(zone, date).start + hour * 60);
        const wanted = locateSlot(buildShop({}, { time_zone: zone }), service, start, 60);
        const bound = distanceBeyond(wanted, { first, last }, bookable);

        const unsearched: number[] = [];
        for (let at = start - 5 * 1440; at < start + 5 * 1440; at += 1) {
          const on = dateOf(zone, minutes(at));
          const isBookable = on >= bookable.first && (bookable.last === null || on <= bookable.last);
          if (isBookable && (on < first || on > last)) unsearched.push(at);
        }
        const before = Math.min(...unsearched.filter((at) => at < start).map((at) => start - at));
        const after = Math.min(...unsearched.filter((at) => at > start).map((at) => at - start));
        expect(bound).toBe(Math.min(before - 1, after));
      }),
      { numRuns: 20 },
    );
  });

  it("is infinite when every bookable date has been searched", () => {
    const all = { first: DATE, last: DATE };
    expect(distanceBeyond(resolved, all, all)).toBe(Infinity);
  });
});

describe("withoutReservation", () => {
  const moving: MovingReservation = {
    mechanicId: "ada",
    date: DATE,
    slot: { start: TEN, end: minutes(TEN + 60) },
    extent: { start: minutes(TEN - 10), end: minutes(TEN + 70) },
  };
  const own = busyAt(moving.extent.start, 80);
  const startsTogether = busyAt(moving.extent.start, 81);
  const endsTogether = busyAt(minutes(TEN - 11), 81);
  const all = [startsTogether, own, endsTogether];
  const rest = [startsTogether, endsTogether];

  it("takes the reservation, and nothing else, out of all three lists and off its own date's count", () => {
    const ada = openOn(DATE, { busy: all, previous_busy: all, next_busy: all, booked: 3 });
    const bob = openOn(DATE, { busy: all, booked: 2 });
    const content: DayContent = { kind: "generated", mechanics: { ada, bob } };
    expect(withoutReservation(content, moving, DATE)).toEqual({
      kind: "generated",
      mechanics: { ada: { ...ada, busy: rest, previous_busy: rest, next_busy: rest, booked: 2 }, bob },
    });
    expect(withoutReservation(content, moving, "2026-01-22")).toMatchObject({
      mechanics: { ada: { busy: rest, booked: 3 } },
    });
  });

  it("keeps a list that the day does not have missing", () => {
    const content: DayContent = {
      kind: "generated",
      mechanics: { ada: openOn(DATE, { busy: all, booked: 1 }) },
    };
    const { kind, ...without } = withoutReservation(content, moving, DATE);
    expect(kind).toBe("generated");
    expect(without).toEqual({ mechanics: { ada: openOn(DATE, { busy: rest, booked: 0 }) } });
  });

  it("returns a day of the old seeder, and one without the mechanic, as it is", () => {
    const legacy: DayContent = { kind: "legacy", slots: [], expiries: [] };
    const empty: DayContent = { kind: "generated", mechanics: {} };
    expect(withoutReservation(legacy, moving, DATE)).toBe(legacy);
    expect(withoutReservation(empty, moving, DATE)).toBe(empty);
  });
});

describe("withAlternatives", () => {
  it.each<ErrorCode>(["slot_taken", "outside_hours", "day_full", "too_soon", "beyond_horizon"])(
    "adds free slots to %s and keeps its message",
    async (error) => {
      const availability = availabilityOf({ [DATE]: { ada: openOn(DATE) } });
      const { refusal } = refuse(error, "Because.");
      const refused = { refusal, resolved };
      const outcome = await withAlternatives(availability, refused, null, { now: NOW, cost: new Cost() });
      expect(outcome).toMatchObject({ ok: false, refusal: { error, message: "Because." } });
      const { alternatives } = (outcome.ok ? {} : outcome.refusal.details) as {
        alternatives: { id: string }[];
      };
      expect(alternatives).toHaveLength(5);
      const key = { mechanicId: "ada", serviceId: "repair", start: TEN, durationMinutes: 60 };
      expect(decodeSlotId(alternatives[0]!.id)).toEqual(key);
    },
  );

  it.each<ErrorCode>(["not_found", "hold_limit", "not_qualified"])(
    "leaves %s as it is: no other slot would help",
    async (error) => {
      const availability = availabilityOf({ [DATE]: { ada: openOn(DATE) } });
      const { refusal } = refuse(error);
      const scope = { now: NOW, cost: new Cost() };
      const outcome = await withAlternatives(availability, { refusal, resolved }, null, scope);
      expect(outcome).toEqual({ ok: false, refusal });
      expect(availability.asked).toEqual([]);
    },
  );

  it("leaves a refusal as it is whose slot is not known", async () => {
    const availability = availabilityOf({});
    const { refusal } = refuse("too_soon");
    const scope = { now: NOW, cost: new Cost() };
    const outcome = await withAlternatives(availability, { refusal, resolved: null }, null, scope);
    expect(outcome).toEqual({ ok: false, refusal });
    expect(availability.asked).toEqual([]);
  });

  it("offers nothing when the days cannot be read", async () => {
    const daysForAnswer = () => Promise.resolve(refuse("not_found"));
    expect(await offered({ daysForAnswer })).toEqual([]);
  });

  it("asks for the days of the service from the cache, and stops when nothing nearer can follow", async () => {
    const availability = availabilityOf({ [DATE]: { ada: openOn(DATE), bob: openOn(DATE) } });
    await offered(availability);
    expect(availability.asked).toEqual([
      { shopId: "shop", dates: [DATE], fresh: false, forService: true, inOneStep: true },
    ]);
  });

  it("reads each further day once, in one more round, the nearest first, and no day that has passed", async () => {
    const availability = availabilityOf({});
    expect(await offered(availability)).toEqual([]);
    const [first, second, ...others] = availability.asked.map(({ dates }) => dates);
    expect(first).toEqual([DATE]);
    expect(second?.slice(0, 4)).toEqual(["2026-01-20", "2026-01-22", TODAY, "2026-01-23"]);
    expect(second?.toSorted()).toEqual(eachDate(TODAY, "2026-02-04").filter((date) => date !== DATE));
    expect(others).toEqual([]);
  });

  it("reads no day beyond the horizon, and no round that has no new day", async () => {
    const near = buildShop({ horizon_days: 3 });
    const availability = availabilityOf({}, near);
    await offered(availability, { of: locateSlot(near, service, TEN, 60) });
    expect(availability.asked.map(({ dates }) => dates)).toEqual([
      [DATE],
      ["2026-01-20", "2026-01-22", TODAY],
    ]);
  });

  it.each([
    { at: "2026-01-10T10:00", first: TODAY },
    { at: "2026-03-10T10:00", first: "2026-01-22" },
  ])("searches from $first where the request is for $at, which cannot be booked", async ({ at, first }) => {
    const near = buildShop({ horizon_days: 3 });
    const availability = availabilityOf({ [first]: { ada: openOn(first) } }, near);
    const found = await offered(availability, { of: locateSlot(near, service, minuteAt(at), 60) });
    expect(availability.asked[0]?.dates).toEqual([first]);
    expect(found).toHaveLength(5);
  });

  it("goes on while the farthest found slot is farther than an unread one could be", async () => {
    const eve = addDays(DATE, -1);
    const late = openOn(eve, {
      open: [{ ...dayBounds("UTC", eve), anchor: dayBounds("UTC", eve).start, location_id: null }],
    });
    const one = locateSlot(shop, service, minuteAt("2026-01-21T09:00"), 60);
    const availability = availabilityOf({ [eve]: { bob: late }, [DATE]: { ada: openOn(DATE) } });
    expect(await offered(availability, { of: one })).toEqual([
      "ada 01-21T09:00",
      "ada 01-21T10:00",
      "ada 01-21T11:00",
      "ada 01-21T12:00",
      "ada 01-21T13:00",
    ]);
    const busy = [10, 11, 12].map((hour) => busyAt(minuteAt(`2026-01-21T${hour}:00`)));
    const fuller = availabilityOf({ [eve]: { bob: late }, [DATE]: { ada: openOn(DATE, { busy }) } });
    expect(await offered(fuller, { of: one })).toEqual([
      "ada 01-21T09:00",
      "ada 01-21T13:00",
      "ada 01-21T14:00",
      "ada 01-21T15:00",
      "ada 01-21T16:00",
    ]);
    expect(fuller.asked).toHaveLength(1);
    const fullest = busyAt(minuteAt("2026-01-21T10:00"), 300);
    const full = availabilityOf({ [eve]: { bob: late }, [DATE]: { ada: openOn(DATE, { busy: [fullest] }) } });
    expect(await offered(full, { of: one })).toEqual([
      "ada 01-21T09:00",
      "ada 01-21T15:00",
      "ada 01-21T16:00",
      "bob 01-20T23:00",
      "bob 01-20T22:00",
    ]);
  });

  it("reads further days although it has found enough, while a nearer slot may be there", async () => {
    const next = addDays(DATE, 1);
    const { start, end } = dayBounds("UTC", next);
    const night = openOn(next, { open: [{ start, end, anchor: start, location_id: null }] });
    const availability = availabilityOf({ [DATE]: { ada: openOn(DATE) }, [next]: { bob: night } });
    const late = locateSlot(shop, service, minuteAt("2026-01-21T23:00"), 60);
    const found = ["00", "01", "02", "03", "04"].map((hour) => `bob 01-22T${hour}:00`);
    expect(await offered(availability, { of: late })).toEqual(found);
  });

  it("prefers, at equal distance, the mechanic who was asked for, else the one whose booking is moved", async () => {
    const availability = availabilityOf({ [DATE]: { ada: openOn(DATE), bob: openOn(DATE) } });
    const extent = { start: TEN, end: minutes(TEN + 60) };
    const moving = { mechanicId: "bob", date: "2026-01-25", slot: extent, extent };
    expect((await offered(availability))?.[0]).toBe("ada 01-21T10:00");
    expect((await offered(availability, { mechanicId: "bob" }))?.[0]).toBe("bob 01-21T10:00");
    const elsewhere = { ...moving, slot: { start: minutes(TEN + 1440), end: minutes(TEN + 1500) } };
    expect((await offered(availability, { moving: elsewhere }))?.[0]).toBe("bob 01-21T10:00");
    expect((await offered(availability, { moving: elsewhere, mechanicId: "ada" }))?.[0]).toBe(
      "ada 01-21T10:00",
    );
  });

  it("offers a booking that is moved the time that it frees, but not the place where it is", async () => {
    const long = { start: minuteAt("2026-01-21T13:00"), end: minuteAt("2026-01-21T16:00") };
    const moving = { mechanicId: "ada", date: DATE, slot: long, extent: long };
    const busy = [busyAt(long.start, 180), busyAt(minuteAt("2026-01-21T09:00"), 240)];
    const day = openOn(DATE, { busy, booked: 2, max_bookings_per_day: 2 });
    const availability = availabilityOf({ [DATE]: { ada: day } });
    expect(await offered(availability)).toEqual([]);
    const freed = ["ada 01-21T13:00", "ada 01-21T14:00", "ada 01-21T15:00", "ada 01-21T16:00"];
    expect(await offered(availability, { moving })).toEqual(freed);
    const hour = { start: long.start, end: minutes(long.start + 60) };
    expect(await offered(availability, { moving: { ...moving, slot: hour } })).toEqual(freed.slice(1));
    const another = openOn(DATE, { busy: [busyAt(minuteAt("2026-01-21T09:00"), 240)] });
    const both = availabilityOf({ [DATE]: { ada: day, bob: another } });
    expect((await offered(both, { moving: { ...moving, slot: hour } }))?.[0]).toBe("bob 01-21T13:00");
  });
});
